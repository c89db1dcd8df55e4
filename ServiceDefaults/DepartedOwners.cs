using System.Collections.Concurrent;

namespace GuacAspire.ServiceDefaults;

/// <summary>
/// Guests who are gone. What they had asked for may still be on its way, and nothing of it is to be kept. Their names are never given out
/// again, so one is remembered for longer than anything can take, and not for ever.
/// </summary>
/// <param name="time">Tells how much time has passed.</param>
public sealed class DepartedOwners(TimeProvider time)
{
    private static readonly TimeSpan Remembrance = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, long> _since = new();

    /// <summary>Whether somebody is gone.</summary>
    /// <param name="owner">Who.</param>
    /// <returns>True for a guest who is.</returns>
    public bool Has(string owner) => _since.ContainsKey(owner);

    /// <summary>Notes that somebody is gone.</summary>
    /// <param name="owner">Who.</param>
    public void Add(string owner)
    {
        foreach (var (other, since) in _since)
        {
            if (time.GetElapsedTime(since) > Remembrance)
                _since.TryRemove(other, out _);
        }

        _since[owner] = time.GetTimestamp();
    }
}
