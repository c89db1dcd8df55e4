using GuacAspire.ServiceDefaults;

namespace GuacAspire.Gateway.Memory;

/// <summary>
/// Gives memory back while there is nothing to do: what the start has left, and what a burst of tunnels has. Collectors act when
/// somebody allocates, so that an idle process would keep it.
/// </summary>
internal sealed partial class MemoryKeeper(TimeProvider time, ILogger<MemoryKeeper> logger) : BackgroundService
{
    // Of one processor: hundreds of tunnels in which nothing happens need less, a few people at work need more.
    private const double Idle = 0.02;
    private const long WorthIt = 1024 * 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private TimeSpan _used;
    private long _allocated;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.EveryAsync(Interval, time, GiveBackWhenIdle, LogFailed, stoppingToken);

    private void GiveBackWhenIdle()
    {
        if (IsIdle() && GC.GetTotalAllocatedBytes() - _allocated > WorthIt)
            GiveBack();
    }

    private bool IsIdle()
    {
        var before = _used;
        _used = Environment.CpuUsage.TotalTime;
        return _used - before < Interval * Idle;
    }

    private void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeMemory.Trim();
        _allocated = GC.GetTotalAllocatedBytes();
    }

    [LoggerMessage(LogLevel.Error, "Memory could not be given back")]
    private partial void LogFailed(Exception exception);
}
