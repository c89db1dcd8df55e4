namespace GuacAspire.Provisioner.Reconciling;

/// <summary>Hears at once when a desktop in use dies, or guacd comes anew, which the periodic look would notice only later.</summary>
internal sealed partial class RuntimeWatcher(
    Runtime.IDesktopRuntime runtime,
    DesktopRegistry registry,
    Pool.WarmPool pool,
    Reconciler reconciler,
    Health.WallWatch wall,
    TimeProvider time,
    ILogger<RuntimeWatcher> logger) : BackgroundService
{
    private const int MaxLooks = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var isFirst = true; !stoppingToken.IsCancellationRequested; isFirst = false)
        {
            try
            {
                var watching = runtime.WatchAsync(
                    id => _ = OnEndAsync(id, stoppingToken), () => _ = reconciler.RunOnceAsync(stoppingToken), stoppingToken);
                // An engine that was away may have come back without some of them, and without their wall.
                if (!isFirst)
                {
                    _ = reconciler.RunOnceAsync(stoppingToken);
                    wall.Doubt();
                }

                await watching;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The reconciler says aloud that the engine is away, and sees by itself what this misses.
                LogBrokenOff(e.Message);
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    // An engine tells of an end before its own lists do.
    private async Task OnEndAsync(string id, CancellationToken cancellationToken)
    {
        for (var looks = 0; looks < MaxLooks && IsNews(id); looks++)
        {
            await reconciler.RunOnceAsync(cancellationToken);
            if (IsNews(id))
                await Task.Delay(Pause, time, cancellationToken);
        }
    }

    // Ends that we bring about ourselves are none.
    private bool IsNews(string id) =>
        pool.Holds(id) || registry.Find(id) is { Current.State: DesktopState.Ready, StopRequested.IsCancellationRequested: false };

    [LoggerMessage(LogLevel.Debug, "The engine's events broke off: {Reason}")]
    private partial void LogBrokenOff(string reason);
}
