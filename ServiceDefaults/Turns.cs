namespace GuacAspire.ServiceDefaults;

/// <summary>Whose turn was when: somebody with forty files waits for everybody who has one. For one thread at a time.</summary>
public sealed class Turns
{
    private readonly Dictionary<string, long> _served = [];
    private long _count;

    /// <summary>When somebody's turn was last, as a number that grows; 0 for never.</summary>
    /// <param name="owner">Whose.</param>
    /// <returns>The number.</returns>
    public long LastOf(string owner) => _served.GetValueOrDefault(owner);

    /// <summary>Gives somebody the turn.</summary>
    /// <param name="owner">To whom.</param>
    public void Take(string owner) => _served[owner] = ++_count;

    /// <summary>Forgets whoever does not wait any more.</summary>
    /// <param name="waiting">Those who do.</param>
    public void Keep(IEnumerable<string> waiting)
    {
        foreach (var owner in _served.Keys.Except(waiting).ToList())
            _served.Remove(owner);
    }
}
