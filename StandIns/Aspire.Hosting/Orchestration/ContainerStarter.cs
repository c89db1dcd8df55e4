using Aspire.Hosting.ApplicationModel;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Aspire.Hosting.Orchestration;

/// <summary>Creates and starts containers.</summary>
internal sealed class ContainerStarter(ContainerEngine engine, ContainerSpecification specification, ImageStore images,
    ResourceNotificationService notifications, ResourceLoggerService loggers, IServiceProvider services) : IWorkloadStarter
{
    public async Task PrepareAsync(IResource resource, CancellationToken cancellationToken)
    {
        // A step that has to end first may well make what the image is built from.
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>().Where(w => w.WaitType == WaitType.WaitForCompletion))
        {
            await notifications.WaitForResourceAsync(wait.Resource.Name,
                e => KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text), cancellationToken).ConfigureAwait(false);
            if (notifications.TryGetCurrentState(wait.Resource.Name, out var now) && (now.Snapshot.ExitCode ?? 0) != wait.ExitCode) return;
        }

        await Guard(resource, () => images.EnsureAsync(resource, cancellationToken)).ConfigureAwait(false);
    }

    public Task<IWorkload> StartAsync(IResource resource, CancellationToken cancellationToken) => Guard(resource, async () =>
    {
        var image = await images.EnsureAsync(resource, cancellationToken).ConfigureAwait(false);
        var (parameters, environment) = await specification.CreateAsync(resource, image, cancellationToken).ConfigureAwait(false);
        var created = await engine.Client.Containers.CreateContainerAsync(parameters, cancellationToken).ConfigureAwait(false);
        var workload = new ContainerWorkload(engine, resource, created.ID, parameters.Name, image, environment, loggers);
        try
        {
            if (await ContainerFilesArchive.CreateAsync(resource, services, cancellationToken).ConfigureAwait(false) is { } files)
            {
                await using (files)
                {
                    await engine.Client.Containers.ExtractArchiveToContainerAsync(
                        created.ID, new ContainerPathStatParameters { Path = "/" }, files, cancellationToken)
                        .ConfigureAwait(false);
                }
            }

            await engine.Client.Containers.StartContainerAsync(created.ID, new(), cancellationToken).ConfigureAwait(false);
            workload.Follow();
            return (IWorkload)workload;
        }
        catch
        {
            await workload.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    });

    private static async Task<T> Guard<T>(IResource resource, Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (DockerApiException failure)
        {
            throw new OrchestrationException(Explain(resource, ContainerEngine.Message(failure)), failure);
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutException)
        {
            throw new OrchestrationException($"The container engine stopped answering while '{resource.Name}' was started; start it again ({failure.GetBaseException().Message}).", failure);
        }
    }

    private static string Explain(IResource resource, string message)
    {
        if (message.Contains("port is already allocated", StringComparison.Ordinal)
            || message.Contains("address already in use", StringComparison.Ordinal))
        {
            var ports = string.Join(
                ", ", resource.Annotations.OfType<EndpointAnnotation>().Select(e => e.AllocatedEndpoint?.Port).OfType<int>());
            return $"A port that '{resource.Name}' publishes ({ports}) is taken by another program; end that program or choose another port.";
        }

        return message.Contains("no space left on device", StringComparison.Ordinal)
            ? $"The disk is full, so '{resource.Name}' cannot be started; free some space (docker system df shows what images take)."
            : $"The container engine cannot start '{resource.Name}': {message}";
    }
}
