using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Asks what runs how it is, and announces it as ready the first time that it is well.</summary>
internal sealed partial class HealthMonitor(
    ResourceNotificationService notifications, ResourceLoggerService loggers, HealthCheckService checks,
    IDistributedApplicationEventing eventing, IServiceProvider services, TimeProvider time)
{
    private static readonly TimeSpan WhileUnwell = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhileWell = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public void Begin(CancellationToken cancellationToken) => _ = Task.Run(() => WatchAsync(cancellationToken), CancellationToken.None);

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var running = new Dictionary<string, CancellationTokenSource>();
        await foreach (var change in notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            var isRunning = change.Snapshot.State?.Text == KnownResourceStates.Running;
            if (isRunning && !running.ContainsKey(change.ResourceId))
            {
                var stop = running[change.ResourceId] = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                _ = Task.Run(() => MonitorAsync(change.Resource, change.ResourceId, stop.Token), CancellationToken.None);
            }
            else if (!isRunning && running.Remove(change.ResourceId, out var stop))
            {
                await stop.CancelAsync().ConfigureAwait(false);
                stop.Dispose();
            }
        }
    }

    private async Task MonitorAsync(IResource resource, string id, CancellationToken cancellationToken)
    {
        try
        {
            var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key).ToHashSet();
            var announced = false;
            var said = "";
            while (!cancellationToken.IsCancellationRequested)
            {
                var healthy = keys.Count == 0 || await CheckAsync(resource, id, keys, cancellationToken).ConfigureAwait(false);
                if (healthy && !announced) await AnnounceAsync(resource, id, cancellationToken).ConfigureAwait(false);
                announced |= healthy;
                said = Tell(resource, id, healthy, said);
                if (keys.Count == 0) return;
                await Task.Delay(healthy ? WhileWell : WhileUnwell, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It no longer runs.
        }
    }

    private async Task<bool> CheckAsync(IResource resource, string id, HashSet<string> keys, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Longest);
        HealthReport report;
        try
        {
            report = await checks.CheckHealthAsync(r => keys.Contains(r.Name), patience.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            report = Failed(keys, failure is OperationCanceledException ? "The check takes too long." : failure.Message, failure);
        }

        if (keys.Except(report.Entries.Keys).ToArray() is { Length: > 0 } unknown)
            report = Failed(unknown, "No check of that name is registered.", null);
        await notifications.PublishUpdateAsync(resource, id, s => s.State?.Text != KnownResourceStates.Running ? s : s with
        {
            HealthReports = Merge(s.HealthReports, report),
        }).ConfigureAwait(false);
        return report.Status == HealthStatus.Healthy;
    }

    private static HealthReport Failed(IEnumerable<string> keys, string reason, Exception? failure) =>
        new(keys.ToDictionary(k => k, _ => new HealthReportEntry(HealthStatus.Unhealthy, reason, TimeSpan.Zero, failure, null)),
            TimeSpan.Zero);

    // Only a changed answer counts as news; every second a new time of the same answer would keep all watchers busy.
    private ImmutableArray<HealthReportSnapshot> Merge(ImmutableArray<HealthReportSnapshot> before, HealthReport report)
    {
        var after = report.Entries.Select(e =>
        {
            var old = before.FirstOrDefault(b => b.Name == e.Key);
            var text = e.Value.Exception?.Message;
            var description = e.Value.Description ?? text;
            return old is not null && old.Status == e.Value.Status && old.Description == description
                ? old : new HealthReportSnapshot(e.Key, e.Value.Status, description, text) { LastRunAt = time.GetUtcNow().UtcDateTime };
        }).ToImmutableArray();
        return after.SequenceEqual(before) ? before : after;
    }

    private async Task AnnounceAsync(IResource resource, string id, CancellationToken cancellationToken)
    {
        var ready = eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken);
        await notifications.PublishUpdateAsync(resource, id, s => s with { ResourceReadyTask = ready }).ConfigureAwait(false);
        try
        {
            await ready.ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogReadyFailed(loggers.GetLogger(resource), failure.Message);
        }
    }

    private string Tell(IResource resource, string id, bool healthy, string before)
    {
        if (healthy || !notifications.TryGetCurrentState(id, out var now)) return "";
        var text = string.Join(
            " ", now.Snapshot.HealthReports.Where(r => r.Status != HealthStatus.Healthy).Select(r => r.Description ?? r.Name));
        if (text != before) LogUnhealthy(loggers.GetLogger(resource), text);
        return text;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not healthy yet: {Reasons}")]
    private static partial void LogUnhealthy(ILogger logger, string reasons);

    [LoggerMessage(Level = LogLevel.Error, Message = "What follows its being ready failed: {Error}")]
    private static partial void LogReadyFailed(ILogger logger, string error);
}
