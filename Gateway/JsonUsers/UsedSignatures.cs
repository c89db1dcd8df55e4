using System.Collections.Concurrent;

namespace GuacAspire.Gateway.JsonUsers;

/// <summary>What was meant for a single use and has been used, remembered until it expires by itself.</summary>
internal sealed class UsedSignatures(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, long> _expiries = new();
    private long _swept;

    /// <summary>False for what was used before, and for what never expires and so could not be forgotten.</summary>
    public bool TryAdd(byte[] signature, long? expires)
    {
        Sweep(time.GetUtcNow().ToUnixTimeMilliseconds());
        return expires is { } until && _expiries.TryAdd(Convert.ToHexString(signature), until);
    }

    private void Sweep(long now)
    {
        var last = Volatile.Read(ref _swept);
        if (now - last < 1000 || Interlocked.CompareExchange(ref _swept, now, last) != last)
            return;
        foreach (var (signature, until) in _expiries)
        {
            if (now > until)
                _expiries.TryRemove(signature, out _);
        }
    }
}
