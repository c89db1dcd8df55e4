using Aspire.Hosting.ApplicationModel;
using Docker.DotNet;

namespace Aspire.Hosting.Orchestration;

/// <summary>Sees to it that a container's image is there: pulled, or built from a Dockerfile.</summary>
internal sealed class ImageStore(
    ContainerEngine engine, ImageBuilder builder, ResourceNotificationService notifications, ResourceLoggerService loggers) : IDisposable
{
    // Two at a time: a build takes the whole machine, and one that waits for a download should not hold the others up.
    private readonly SemaphoreSlim _turns = new(2);
    private readonly Dictionary<string, SemaphoreSlim> _names = [];

    public async Task<string> EnsureAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (!resource.TryGetContainerImageName(out var image))
            throw new OrchestrationException($"The container '{resource.Name}' has no image.");

        SemaphoreSlim name;
        lock (_names)
        {
            if (!_names.TryGetValue(image, out name!)) _names[image] = name = new(1);
        }

        await name.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
                await BuildAsync(resource, build, image, cancellationToken).ConfigureAwait(false);
            else
                await PullAsync(resource, image, cancellationToken).ConfigureAwait(false);
            return image;
        }
        finally
        {
            name.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task BuildAsync(IResource resource, DockerfileBuildAnnotation build, string image, CancellationToken cancellationToken)
    {
        var job = await builder.PlanAsync(resource, build, image, cancellationToken).ConfigureAwait(false);
        if (job is null) return;
        await InTurnAsync(resource, job, cancellationToken).ConfigureAwait(false);
    }

    private async Task PullAsync(IResource resource, string image, CancellationToken cancellationToken)
    {
        var policy = resource.TryGetLastAnnotation<ContainerImagePullPolicyAnnotation>(out var annotation)
            ? annotation.ImagePullPolicy
            : ImagePullPolicy.Default;
        if (policy != ImagePullPolicy.Always && await ExistsAsync(image, cancellationToken).ConfigureAwait(false)) return;
        if (policy == ImagePullPolicy.Never)
            throw new OrchestrationException($"The image {image} of '{resource.Name}' is not on this machine, and it is not to be pulled.");

        await InTurnAsync(resource, async token =>
        {
            loggers.Write(resource, $"Pulling {image}");
            var progress = new EngineProgress(line => loggers.Write(resource, line));
            try
            {
                await engine.Client.Images.CreateImageAsync(new() { FromImage = image }, null, progress, token).ConfigureAwait(false);
            }
            catch (DockerApiException failure)
            {
                throw new OrchestrationException(
                    $"The image {image} of '{resource.Name}' cannot be pulled: {ContainerEngine.Message(failure)}", failure);
            }

            if (progress.Error is { } error)
                throw new OrchestrationException($"The image {image} of '{resource.Name}' cannot be pulled: {error}");
        }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> ExistsAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Client.Images.InspectImageAsync(image, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DockerImageNotFoundException)
        {
            return false;
        }
    }

    private async Task InTurnAsync(IResource resource, Func<CancellationToken, Task> job, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Building }).ConfigureAwait(false);
            await job(cancellationToken).ConfigureAwait(false);
            await notifications.PublishUpdateAsync(resource, s => s.State?.Text == KnownResourceStates.Building
                ? s with { State = KnownResourceStates.Waiting }
                : s)
                .ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }
}
