namespace GuacAspire.Gateway.Memory;

/// <summary>
/// Gives memory back while there is nothing to do: what the start has left, and what a burst of tunnels has. Collectors act when
/// somebody allocates, so that an idle process would keep it.
/// </summary>
internal sealed class MemoryKeeper(TimeProvider time) : BackgroundService
{
    // Of one processor: hundreds of tunnels in which nothing happens need less, a few people at work need more.
    private const double Idle = 0.02;
    private const long WorthIt = 1024 * 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private TimeSpan _used;
    private long _allocated;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (IsIdle() && GC.GetTotalAllocatedBytes() - _allocated > WorthIt)
                GiveBack();
        }
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
}
