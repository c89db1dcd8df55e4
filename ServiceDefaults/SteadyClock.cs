namespace GuacAspire.ServiceDefaults;

/// <summary>
/// Tells the time as it would be if nobody had set the clock since: what intervals are reckoned with. People are shown the same moments
/// as their clock has them now.
/// </summary>
/// <param name="time">What tells the time, and how much of it has passed.</param>
public sealed class SteadyClock(TimeProvider time)
{
    // The two clocks are read one after the other and drift a little. What is less is no change, or all that is shown would always change.
    private static readonly TimeSpan Drift = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _began = time.GetUtcNow();
    private readonly long _since = time.GetTimestamp();
    private readonly Lock _lock = new();
    private TimeSpan _ahead;

    /// <summary>Now.</summary>
    public DateTimeOffset Now => At(time.GetTimestamp());

    /// <summary>The moment of a timestamp.</summary>
    /// <param name="timestamp">One of this process.</param>
    /// <returns>That moment by this clock.</returns>
    public DateTimeOffset At(long timestamp) => _began + time.GetElapsedTime(_since, timestamp);

    /// <summary>A moment that the clock on the wall has said, by this clock.</summary>
    /// <param name="shown">The moment.</param>
    /// <returns>The same moment.</returns>
    public DateTimeOffset Of(DateTimeOffset shown) => shown - (time.GetUtcNow() - Now);

    /// <summary>A moment by this clock as the clock on the wall has it, for people.</summary>
    /// <param name="at">The moment; null for none.</param>
    /// <returns>The same moment.</returns>
    public DateTimeOffset? Shown(DateTimeOffset? at)
    {
        var ahead = time.GetUtcNow() - Now;
        lock (_lock)
        {
            if ((ahead - _ahead).Duration() > Drift)
                _ahead = ahead;
            return at + _ahead;
        }
    }
}
