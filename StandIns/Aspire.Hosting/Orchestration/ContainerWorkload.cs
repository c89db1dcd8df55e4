using System.Collections.Immutable;
using System.Globalization;
using System.Net;
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
    private Task<DateTimeOffset?> _logs = Task.FromResult<DateTimeOffset?>(null);

    public Task<int?> Exited => _exited.Task;

    public ImmutableArray<ResourcePropertySnapshot> Properties { get; } =
        [new("container.id", id), new("container.name", name), new("container.image", image)];

    public ImmutableArray<EnvironmentVariableSnapshot> Environment { get; } = [.. environment.Select(
        v => new EnvironmentVariableSnapshot(v.Key, v.Value, true))];

    public void Follow() => _ = Task.Run(async () =>
    {
        try
        {
            await FollowAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            loggers.Write(resource, $"The container is no longer watched: {failure}", isError: true);
            _exited.TrySetResult(null);
        }
    });

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
        catch (Exception failure) when (ContainerEngine.IsAbsence(failure))
        {
            // Somebody has removed it already, or the next start does.
        }

        await _removed.CancelAsync().ConfigureAwait(false);
        _exited.TrySetResult(null);
    }

    public void Dispose() => _removed.Dispose();

    private async Task FollowAsync()
    {
        _logs = CopyLogsAsync(null);
        while (!_removed.IsCancellationRequested)
        {
            var code = await WaitAsync().ConfigureAwait(false);
            var restartedAt = await RestartedAsync().ConfigureAwait(false);
            await _logs.ConfigureAwait(false);
            if (restartedAt is null)
            {
                _exited.TrySetResult(code);
                return;
            }

            loggers.Write(
                resource, $"The container ended{(code is null ? "" : $" with exit code {code}")} and was started again.", isError: true);
            _logs = CopyLogsAsync(restartedAt);
        }
    }

    private Task<DateTimeOffset?> CopyLogsAsync(DateTimeOffset? since) =>
        ContainerLogs.CopyAsync(engine, id, resource, loggers, since, _removed.Token);

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
                // The engine itself may be restarting. Its containers end with it, or live on, and so do their logs.
                await Task.Delay(Retry, _removed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (_logs.IsCompleted)
                    _logs = CopyLogsAsync(await _logs.ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }

        return null;
    }

    // A restart policy, or somebody with the engine's own tools, may have brought it back.
    private async Task<DateTimeOffset?> RestartedAsync()
    {
        var pause = Settle;
        while (true)
        {
            try
            {
                await Task.Delay(pause, _removed.Token).ConfigureAwait(false);
                var state = (await engine.Client.Containers.InspectContainerAsync(id, _removed.Token).ConfigureAwait(false)).State;
                // The engine notes the start a little after the first lines may have come.
                return (state.Running || state.Restarting)
                    && DateTimeOffset.TryParse(state.StartedAt, CultureInfo.InvariantCulture, out var at)
                    ? DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds())
                    : null;
            }
            catch (DockerApiException failure) when (failure.StatusCode < HttpStatusCode.InternalServerError)
            {
                return null;
            }
            catch (Exception failure) when (failure is DockerApiException or HttpRequestException or IOException or TimeoutException)
            {
                // It may have ended with the engine, which brings it back when it comes back itself.
                pause = Retry;
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }
}
