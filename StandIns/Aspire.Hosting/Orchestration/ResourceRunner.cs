using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>The life of one resource: wait, prepare, start, watch, stop, and the same again when it is restarted.</summary>
internal sealed partial class ResourceRunner(IResource resource, IWorkloadStarter starter, RunnerServices services) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private CancellationTokenSource _starting = new();
    private IWorkload? _workload;
    private volatile bool _stopping;
    private bool _final;

    public IResource Resource => resource;

    /// <summary>Begins a start, which may wait for others for as long as they take; the task within ends with it.</summary>
    public async Task<Task> BeginAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_final || _workload is { Exited.IsCompleted: false })
            {
                _turn.Release();
                return Task.CompletedTask;
            }

            await RemoveAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
            if (_starting.IsCancellationRequested) _starting = new();
            _stopping = false;
            await Publish(s => s with
            {
                State = KnownResourceStates.Waiting,
                ExitCode = null,
                StartTimeStamp = null,
                StopTimeStamp = null,
                ResourceReadyTask = null,
                // How it was before says nothing of how it will be.
                HealthReports = [.. s.HealthReports.Select(r => new HealthReportSnapshot(r.Name, null, null, null))],
            }).ConfigureAwait(false);
        }
        catch
        {
            _turn.Release();
            throw;
        }

        return Task.Run(async () =>
        {
            try
            {
                await StartCoreAsync(_starting.Token).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        });
    }

    /// <summary>Stops it; a final stop is the application's own, after which nothing starts it again.</summary>
    public async Task StopAsync(TimeSpan grace, bool final, CancellationToken cancellationToken)
    {
        _stopping = true;
        _final |= final;
        await _starting.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_workload is null)
            {
                await Publish(s => KnownResourceStates.TerminalStates.Contains(s.State?.Text)
                    ? s
                    : s with { State = KnownResourceStates.Exited }).ConfigureAwait(false);
                return;
            }

            var ended = _workload.Exited.IsCompleted;
            if (!ended) await Publish(s => s with { State = KnownResourceStates.Stopping }).ConfigureAwait(false);
            await RemoveAsync(grace, cancellationToken).ConfigureAwait(false);
            if (!ended)
                await Publish(s => s with { State = KnownResourceStates.Exited, StopTimeStamp = DateTime.UtcNow }).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        _starting.Dispose();
    }

    private async Task StartCoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var preparing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var prepared = starter.PrepareAsync(resource, preparing.Token);
            try
            {
                await services.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services.Provider), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch
            {
                await preparing.CancelAsync().ConfigureAwait(false);
                await prepared.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            await prepared.ConfigureAwait(false);
            await Publish(s => s with { State = KnownResourceStates.Starting }).ConfigureAwait(false);
            _workload = await starter.StartAsync(resource, cancellationToken).ConfigureAwait(false);
            await Publish(s => s with
            {
                State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
                Properties = _workload.Properties,
                EnvironmentVariables = _workload.Environment,
                Urls = [.. s.Urls.Select(u => u with { IsInactive = false })],
            }).ConfigureAwait(false);
            _ = WatchAsync(_workload);
        }
        catch (OperationCanceledException)
        {
            // It is stopped, or the application ends, before it has begun.
            await Publish(s => s with { State = KnownResourceStates.Exited }).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await FailAsync(failure).ConfigureAwait(false);
        }
    }

    private async Task FailAsync(Exception failure)
    {
        // What has been foreseen is one clear line; only what has not deserves its trace, and that in the resource's own log.
        var foreseen = failure is DistributedApplicationException;
        services.Loggers.Write(resource, foreseen ? failure.Message : failure.ToString(), isError: true);
        LogFailed(services.Logger, resource.Name, failure.Message);
        await Publish(s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error), StopTimeStamp = DateTime.UtcNow }).ConfigureAwait(false);
    }

    private async Task WatchAsync(IWorkload workload)
    {
        var code = await workload.Exited.ConfigureAwait(false);
        if (_stopping) return;

        if (code is not (0 or null)) LogExited(services.Logger, resource.Name, code.Value, LastLine());
        else if (code is null) LogVanished(services.Logger, resource.Name);
        await Publish(s => s with
        {
            State = new(resource.IsContainer() ? KnownResourceStates.Exited : KnownResourceStates.Finished,
                code == 0 ? KnownResourceStateStyles.Info : KnownResourceStateStyles.Error),
            ExitCode = code,
            StopTimeStamp = DateTime.UtcNow,
            Urls = [.. s.Urls.Select(u => u with { IsInactive = true })],
        }).ConfigureAwait(false);
        if (services.Notifications.TryGetCurrentState(resource.Name, out var now))
            await services.Eventing.PublishAsync(new ResourceStoppedEvent(resource, services.Provider, now),
                EventDispatchBehavior.NonBlockingSequential).ConfigureAwait(false);
    }

    // Of a stack trace its first line says what happened.
    private string LastLine() =>
        services.Loggers.Backlog(resource).Reverse().Select(l => l.Content[(l.Content.IndexOf(' ', StringComparison.Ordinal) + 1)..])
        .FirstOrDefault(text => text.Length > 0 && !text.TrimStart().StartsWith("at ", StringComparison.Ordinal)) ?? "it said nothing";

    private async Task RemoveAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (_workload is not { } workload) return;
        await workload.StopAsync(grace, cancellationToken).ConfigureAwait(false);
        workload.Dispose();
        _workload = null;
    }

    private Task Publish(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        services.Notifications.PublishUpdateAsync(resource, change);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name} failed to start: {Error}")]
    private static partial void LogFailed(ILogger logger, string name, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name} ended with exit code {Code}: {LastLine}")]
    private static partial void LogExited(ILogger logger, string name, int code, string lastLine);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name} is gone: somebody else has removed it.")]
    private static partial void LogVanished(ILogger logger, string name);
}

internal sealed record RunnerServices(IServiceProvider Provider, ResourceNotificationService Notifications, ResourceLoggerService Loggers,
    IDistributedApplicationEventing Eventing, ILogger Logger);
