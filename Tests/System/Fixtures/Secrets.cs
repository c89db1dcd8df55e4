using System.Collections.Concurrent;

namespace GuacAspire.Tests.EndToEnd.Fixtures;

/// <summary>Everything that must never be seen in telemetry or logs, collected as the tests come across it.</summary>
internal sealed class Secrets
{
    private readonly ConcurrentDictionary<string, string> _names = new();

    public IReadOnlyCollection<KeyValuePair<string, string>> All => [.. _names];

    public void Keep(string name, string secret)
    {
        // Shorter ones would be found by chance.
        if (secret.Length >= 8)
            _names[secret] = name;
    }
}
