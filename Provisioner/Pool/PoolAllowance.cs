using System.Collections.Concurrent;

namespace GuacAspire.Provisioner.Pool;

/// <summary>
/// Counts who takes desktops of the pool and lets them go before they are of use, since each is thrown away: whoever does so again and
/// again waits for desktops to be made, and keeps the pool from nobody else.
/// </summary>
internal sealed class PoolAllowance(TimeProvider time)
{
    // Everybody picks a wrong mesh now and then.
    private const int Most = 2;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, long[]> _wasted = new();

    public bool IsUsedUp(string owner) => _wasted.TryGetValue(owner, out var wasted) && wasted.Count(IsRecent) >= Most;

    /// <summary>Writes down that an owner's launch came to nothing, and a desktop of the pool with it.</summary>
    public void Note(string owner)
    {
        foreach (var (other, wasted) in _wasted)
        {
            if (!wasted.Any(IsRecent))
                _wasted.TryRemove(new(other, wasted));
        }

        _wasted.AddOrUpdate(
            owner, _ => [time.GetTimestamp()], (_, wasted) => [.. wasted.Where(IsRecent).TakeLast(Most), time.GetTimestamp()]);
    }

    private bool IsRecent(long at) => time.GetElapsedTime(at) < Period;
}
