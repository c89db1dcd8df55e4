using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Provisioner.Health;

/// <summary>
/// Has the wall around desktops tried at start, for as long as it has a hole, when the engine, which makes bridges and rules anew, was away,
/// and now and then.
/// </summary>
internal sealed partial class WallWatch(IDesktopRuntime runtime, TimeProvider time, ILogger<WallWatch> logger) : BackgroundService
{
    // Who changes a firewall tells nobody, and a try is a container's start.
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private volatile TaskCompletionSource _doubted = NewDoubt();
    private string? _fault;

    /// <summary>What a desktop could reach though it must not, in words; null if nothing is known to be.</summary>
    public string? Hole { get; private set; }

    /// <summary>Whether anybody has tried since there was last reason to.</summary>
    public bool IsTried { get; private set; }

    /// <summary>Has it tried soon: what was found out may not be true any more.</summary>
    public void Doubt()
    {
        IsTried = false;
        _doubted.TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            // Before the try, so that no doubt that comes up meanwhile is lost.
            var doubted = _doubted = NewDoubt();
            var pause = await TryAsync(stoppingToken) ? Interval : Pause;
            await doubted.Task.WaitAsync(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    private static TaskCompletionSource NewDoubt() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            var hole = await runtime.FindHoleAsync(cancellationToken);
            if (hole is not null && hole != Hole)
                LogHole(hole);
            else if (hole is null && Hole is not null)
                LogClosed();
            (Hole, _fault, IsTried) = (hole, null, true);
            return hole is null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // An engine that is away is asked every few seconds, and is one line in the log.
            var (reason, _) = Failure.ForLog(e);
            if (reason != _fault)
                LogUntried(reason);
            _fault = reason;
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Hole}")]
    private partial void LogHole(string hole);

    [LoggerMessage(LogLevel.Information, "The wall around desktops holds now")]
    private partial void LogClosed();

    [LoggerMessage(LogLevel.Information, "The wall around desktops could not be tried: {Reason}")]
    private partial void LogUntried(string reason);
}
