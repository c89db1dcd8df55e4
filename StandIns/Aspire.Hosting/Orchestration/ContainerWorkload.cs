using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Docker.DotNet;

namespace Aspire.Hosting.Orchestration;

internal sealed class ContainerWorkload(ContainerEngine engine, IResource resource, string id, string name, string image,
    Dictionary<string, string> environment, ResourceLoggerService loggers) : IWorkload
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private readonly TaskCompletionSource<int?> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _removed = new();

    public Task<int?> Exited => _exited.Task;

    public ImmutableArray<ResourcePropertySnapshot> Properties { get; } =
        [new("container.id", id), new("container.name", name), new("container.image", image)];

    public ImmutableArray<EnvironmentVariableSnapshot> Environment { get; } = [.. environment.Select(
        v => new EnvironmentVariableSnapshot(v.Key, v.Value, true))];

    public void Follow() => _ = Task.Run(FollowAsync);

    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        try
        {
            if (!Exited.IsCompleted)
            {
                await engine.Client.Containers.StopContainerAsync(
                    id, new() { WaitBeforeKillSeconds = (uint)Math.Max(1, grace.TotalSeconds) }, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is DockerApiException or HttpRequestException or OperationCanceledException
            or TimeoutException)
        {
            // Removing it by force ends it too.
        }

        await RemoveAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Anonymous volumes belong to the container; named ones stay.
            await engine.Client.Containers.RemoveContainerAsync(id, new() { Force = true, RemoveVolumes = true }, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (DockerApiException)
        {
            // Somebody has removed it already, or the next start does.
        }

        await _removed.CancelAsync().ConfigureAwait(false);
        _exited.TrySetResult(null);
    }

    public void Dispose() => _removed.Dispose();

    private async Task FollowAsync()
    {
        var logs = ContainerLogs.CopyAsync(engine, id, resource, loggers, null, _removed.Token);
        while (!_removed.IsCancellationRequested)
        {
            var code = await WaitAsync().ConfigureAwait(false);
            var restartedAt = await RestartedAsync().ConfigureAwait(false);
            if (restartedAt is null)
            {
                await logs.ConfigureAwait(false);
                _exited.TrySetResult(code);
                return;
            }

            loggers.Write(
                resource, $"The container ended{(code is null ? "" : $" with exit code {code}")} and was started again.", isError: true);
            await logs.ConfigureAwait(false);
            logs = ContainerLogs.CopyAsync(engine, id, resource, loggers, restartedAt, _removed.Token);
        }
    }

    private async Task<int?> WaitAsync()
    {
        while (!_removed.IsCancellationRequested)
        {
            try
            {
                return (int)(await engine.Client.Containers.WaitContainerAsync(id, _removed.Token).ConfigureAwait(false)).StatusCode;
            }
            catch (DockerContainerNotFoundException)
            {
                return null;
            }
            catch (Exception failure) when (failure is DockerApiException or HttpRequestException or IOException or TimeoutException)
            {
                // The engine itself may be restarting, and its containers with it.
                await Task.Delay(Retry, _removed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }

        return null;
    }

    // A restart policy, or somebody with the engine's own tools, may have brought it back.
    private async Task<string?> RestartedAsync()
    {
        try
        {
            await Task.Delay(Settle, _removed.Token).ConfigureAwait(false);
            var state = (await engine.Client.Containers.InspectContainerAsync(id, _removed.Token).ConfigureAwait(false)).State;
            return state.Running || state.Restarting ? state.StartedAt : null;
        }
        catch (Exception failure) when (failure is DockerApiException or HttpRequestException or IOException or OperationCanceledException
            or TimeoutException)
        {
            return null;
        }
    }
}
