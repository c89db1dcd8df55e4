namespace GuacAspire.Provisioner.Reconciling;

/// <summary>Hears at once when a desktop in use dies, which the periodic look would notice only later.</summary>
internal sealed partial class EndWatcher(
    Runtime.IDesktopRuntime runtime, DesktopRegistry registry, Pool.WarmPool pool, Reconciler reconciler, TimeProvider time, ILogger<EndWatcher> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var isFirst = true; !stoppingToken.IsCancellationRequested; isFirst = false)
        {
            try
            {
                var watching = runtime.WatchEndsAsync(id => OnEnd(id, stoppingToken), stoppingToken);
                // An engine that was away may have come back without some of them.
                if (!isFirst)
                    _ = reconciler.RunOnceAsync(stoppingToken);
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

    private void OnEnd(string id, CancellationToken cancellationToken)
    {
        // Ends that we bring about ourselves are no news.
        if (pool.Holds(id) || registry.Find(id) is { Current.State: DesktopState.Ready, StopRequested.IsCancellationRequested: false })
            _ = reconciler.RunOnceAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Debug, "The engine's events broke off: {Reason}")]
    private partial void LogBrokenOff(string reason);
}
