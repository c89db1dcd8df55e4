using Aspire.Hosting.ApplicationModel;
using Docker.DotNet;

namespace Aspire.Hosting.Orchestration;

/// <summary>Builds images with the engine's own builder, and only when something has changed.</summary>
internal sealed class ImageBuilder(ContainerEngine engine, ResourceConfiguration configuration, ResourceLoggerService loggers)
{
    private const string ContentLabel = "aspire.content";

    // The engine repeats the whole command.
    private const int LongestReason = 160;

    /// <summary>The build to do, or null when the image is there and was built from the same.</summary>
    public async Task<Func<CancellationToken, Task>?> PlanAsync(
        IResource resource, DockerfileBuildAnnotation build, string image, CancellationToken cancellationToken)
    {
        var context = new BuildContext(resource, build);
        var arguments = await ArgumentsAsync(resource, build, cancellationToken).ConfigureAwait(false);
        var settings = arguments.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}")
            .Append($"stage={build.Stage}");
        var hash = await context.HashAsync(settings, cancellationToken).ConfigureAwait(false);
        return await ContentAsync(image, cancellationToken).ConfigureAwait(false) == hash ? null : token => BuildAsync(
            resource, build, image, context, arguments, hash, token);
    }

    private async Task BuildAsync(IResource resource, DockerfileBuildAnnotation build, string image, BuildContext context,
        Dictionary<string, string> arguments, string hash, CancellationToken cancellationToken)
    {
        loggers.Write(resource, $"Building {image} from {build.DockerfilePath}");
        var progress = new EngineProgress(line => loggers.Write(resource, line));
        await using var content = await context.PackAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await engine.Client.Images.BuildImageFromDockerfileAsync(new()
            {
                Dockerfile = context.Dockerfile,
                Tags = [image],
                BuildArgs = arguments,
                Target = build.Stage,
                Labels = new Dictionary<string, string> { [ContentLabel] = hash },
                Remove = true,
                ForceRemove = true,
            }, content, null, null, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException failure)
        {
            throw new OrchestrationException(
                $"The image of '{resource.Name}' cannot be built: {ContainerEngine.Message(failure)}", failure);
        }

        if (progress.Error is { } error) throw new OrchestrationException(Explain(resource, build, error, progress.LastLines));
        if (await ContentAsync(image, cancellationToken).ConfigureAwait(false) != hash)
            throw new OrchestrationException(
                $"The build of '{resource.Name}' broke off: the engine closed the connection before the image {image} was complete.");
    }

    private static string Explain(IResource resource, DockerfileBuildAnnotation build, string error, IReadOnlyCollection<string> lastLines)
    {
        // The engine's own word, or that of a command in the build.
        if (lastLines.Append(error).Any(line => line.Contains("no space left on device", StringComparison.OrdinalIgnoreCase)))
            return $"The disk is full, so the image of '{resource.Name}' cannot be built; free some space (docker system df shows what images take).";
        var reason = error.Length > LongestReason ? $"{error[..LongestReason]}…" : error;
        return $"The image of '{resource.Name}' does not build ({build.DockerfilePath}): {reason}{string.Concat(lastLines.Select(l => $"{Environment.NewLine}      {l}"))}";
    }

    private async Task<Dictionary<string, string>> ArgumentsAsync(
        IResource resource, DockerfileBuildAnnotation build, CancellationToken cancellationToken)
    {
        var arguments = new Dictionary<string, string>();
        foreach (var (name, value) in build.BuildArguments)
            arguments[name] = value is null
                ? ""
                : await configuration.TextAsync(resource, value, cancellationToken).ConfigureAwait(false) ?? "";
        return arguments;
    }

    private async Task<string?> ContentAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            var found = await engine.Client.Images.InspectImageAsync(image, cancellationToken).ConfigureAwait(false);
            return found.Config.Labels?.TryGetValue(ContentLabel, out var content) is true ? content : null;
        }
        catch (DockerImageNotFoundException)
        {
            return null;
        }
    }
}
