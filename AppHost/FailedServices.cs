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
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

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
            if (state == KnownResourceStates.Running && change.Snapshot.HealthStatus == HealthStatus.Healthy)
                _pauses[change.ResourceId] = FirstPause;
            // A stop that somebody asked for may end with any exit code.
            if (state == before || before == KnownResourceStates.Stopping || !HasFailed(change)
                || !_pauses.TryGetValue(change.ResourceId, out var pause))
                continue;
            _pauses[change.ResourceId] = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            _ = StartAgainAsync(change, pause, stoppingToken);
        }
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
