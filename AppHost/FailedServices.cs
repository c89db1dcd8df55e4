using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace AppHost;

/// <summary>
/// Starts again what has failed after it was healthy: projects, and containers that the engine has not brought back by itself. What never was
/// healthy has something to say that another start would not change.
/// </summary>
internal sealed partial class FailedServices(
    ResourceNotificationService notifications, ResourceCommandService commands, TimeProvider time, ILogger<FailedServices> logger)
    : EarlyService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    // The engine brings back what crashes, with its networks; two who do that get into each other's way.
    private static readonly TimeSpan FirstPauseOfContainer = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // What the orchestrator says of a stop or a restart comes late, and not in order: "starting" before "exited", "running" after "stopping".
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, long> _asked = new();
    private readonly Dictionary<string, string?> _states = [];
    private readonly Dictionary<string, TimeSpan> _pauses = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            if (change.Resource is not (ProjectResource or ContainerResource) || !RestartOnFailure.ServesForLong(change.Resource))
                continue;
            var state = change.Snapshot.State?.Text;
            _states.TryGetValue(change.ResourceId, out var before);
            _states[change.ResourceId] = state;
            // A stop that somebody asked for may end with any exit code, and a restart begins with one.
            if (state == KnownResourceStates.Stopping)
                _asked[change.ResourceId] = time.GetTimestamp();
            if (IsWell(change))
            {
                _pauses[change.ResourceId] = change.Resource is ContainerResource ? FirstPauseOfContainer : FirstPause;
                _ = ForgetAsync(change.ResourceId, stoppingToken);
            }

            if (state == before || _asked.ContainsKey(change.ResourceId) || !HasFailed(change)
                || !_pauses.TryGetValue(change.ResourceId, out var pause))
                continue;
            _pauses[change.ResourceId] = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            _ = StartAgainAsync(change, pause, stoppingToken);
        }
    }

    private static bool IsWell(ResourceEvent change) =>
        change.Snapshot.State?.Text == KnownResourceStates.Running && change.Snapshot.HealthStatus == HealthStatus.Healthy;

    /// <summary>Whoever asked for a restart has it when the resource is well and stays so.</summary>
    private async Task ForgetAsync(string id, CancellationToken stoppingToken)
    {
        if (!_asked.TryGetValue(id, out var asked))
            return;
        await Task.Delay(Settling, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (notifications.TryGetCurrentState(id, out var now) && IsWell(now))
            _asked.TryRemove(new KeyValuePair<string, long>(id, asked));
    }

    // A container ends well when its engine does, and is needed all the same.
    private static bool HasFailed(ResourceEvent change) =>
        change.Snapshot.State?.Text is { } state && KnownResourceStates.TerminalStates.Contains(state)
        && (change.Resource is ContainerResource || state == KnownResourceStates.FailedToStart || change.Snapshot.ExitCode is not (null or 0));

    private async Task StartAgainAsync(ResourceEvent failed, TimeSpan pause, CancellationToken stoppingToken)
    {
        try
        {
            LogStartingAgain(failed.Resource.Name, failed.Snapshot.ExitCode, pause.TotalSeconds);
            await Task.Delay(pause, time, stoppingToken);
            // Somebody may have been quicker.
            if (!notifications.TryGetCurrentState(failed.ResourceId, out var now) || !HasFailed(now))
                return;
            var started = await commands.ExecuteCommandAsync(failed.ResourceId, KnownResourceCommands.StartCommand, stoppingToken);
            if (!started.Success)
                LogFailed(failed.Resource.Name, started.Message ?? "the start command failed");
        }
        catch (OperationCanceledException)
        {
            // The application ends.
        }
        catch (Exception e)
        {
            LogFailed(failed.Resource.Name, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Name} has ended (exit code {ExitCode}); starting it again in {Seconds} s")]
    private partial void LogStartingAgain(string name, int? exitCode, double seconds);

    [LoggerMessage(LogLevel.Error, "{Name} could not be started again: {Reason}")]
    private partial void LogFailed(string name, string reason);
}
