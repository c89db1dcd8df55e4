using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Provisioner.Health;

/// <summary>Has the wall around desktops tried once at start, and again for as long as it has a hole.</summary>
internal sealed partial class WallWatch(IDesktopRuntime runtime, TimeProvider time, ILogger<WallWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>What a desktop could reach though it must not, in words; null if nothing is known to be.</summary>
    public string? Hole { get; private set; }

    /// <summary>Whether anybody has tried yet.</summary>
    public bool IsTried { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryAsync(stoppingToken))
            await Task.Delay(Pause, time, stoppingToken);
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            var hole = await runtime.FindHoleAsync(cancellationToken);
            if (hole is not null && hole != Hole)
                LogHole(hole);
            Hole = hole;
            IsTried = true;
            return hole is null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogUntried(e.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Hole}")]
    private partial void LogHole(string hole);

    [LoggerMessage(LogLevel.Information, "The wall around desktops could not be tried: {Reason}")]
    private partial void LogUntried(string reason);
}
