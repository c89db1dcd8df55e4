using System.Collections.Concurrent;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web.Security;

/// <summary>
/// Counts failed sign-ins per address. An attempt counts as failed until it has succeeded, so that guesses made at once do not slip by.
/// </summary>
internal sealed class FailedLogins(IOptions<PortalOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, List<DateTimeOffset>> _attempts = new();

    // Who sets the machine's clock back must not lock anybody out for hours.
    private readonly SteadyClock _clock = new(time);

    /// <summary>Begins an attempt; false, with the time to wait, when the address has none left.</summary>
    public bool TryBegin(string address, out DateTimeOffset attempt, out TimeSpan retryAfter)
    {
        attempt = _clock.Now;
        ForgetIdle(attempt);
        while (true)
        {
            var attempts = _attempts.GetOrAdd(address, _ => []);
            lock (attempts)
            {
                if (!_attempts.TryGetValue(address, out var current) || current != attempts)
                    continue;
                var now = attempt;
                attempts.RemoveAll(at => now - at >= Window);
                if (attempts.Count >= options.Value.FailedLoginsPerMinute)
                {
                    retryAfter = attempts[0] + Window - now;
                    return false;
                }

                attempts.Add(attempt);
                retryAfter = TimeSpan.Zero;
                return true;
            }
        }
    }

    /// <summary>Takes back an attempt that was not a wrong password.</summary>
    public void Forgive(string address, DateTimeOffset attempt)
    {
        if (!_attempts.TryGetValue(address, out var attempts))
            return;
        lock (attempts)
            attempts.Remove(attempt);
    }

    private void ForgetIdle(DateTimeOffset now)
    {
        foreach (var (address, attempts) in _attempts)
        {
            lock (attempts)
            {
                if (attempts.TrueForAll(at => now - at >= Window))
                    _attempts.TryRemove(address, out _);
            }
        }
    }
}
