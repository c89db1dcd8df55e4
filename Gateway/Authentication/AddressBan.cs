using GuacAspire.Gateway.Configuration;

namespace GuacAspire.Gateway.Authentication;

/// <summary>
/// Bans an address for a while after so many failures, each of which begins the while anew. Success forgives nothing: who has one account
/// must not be able to try the others in between.
/// </summary>
internal sealed partial class AddressBan(BanOptions options, TimeProvider time, ILogger<AddressBan> logger) : IFailureGuard
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Failures>> _byAddress = [];

    // The least recent first, which goes first when there are too many to remember.
    private readonly LinkedList<Failures> _byAge = [];

    public void Admit(string? address)
    {
        if (address is null || !IsBanned(address))
            return;
        LogTurnedAway(address);
        throw Banned.Error();
    }

    public void Failed(string? address)
    {
        if (address is null)
            return;
        LogFailure(address, Count(address), options.MaxAttempts);
        Admit(address);
    }

    private bool IsBanned(string address)
    {
        lock (_lock)
        {
            if (!_byAddress.TryGetValue(address, out var node))
                return false;
            if (!IsOver(node.Value))
                return node.Value.Count >= options.MaxAttempts;
            Forget(node);
            return false;
        }
    }

    /// <summary>How many addresses are remembered.</summary>
    internal int Remembered
    {
        get
        {
            lock (_lock)
                return _byAddress.Count;
        }
    }

    private int Count(string address)
    {
        lock (_lock)
        {
            while (_byAge.First is { } oldest && IsOver(oldest.Value))
                Forget(oldest);
            if (_byAddress.TryGetValue(address, out var node))
                _byAge.Remove(node);
            else
                node = _byAddress[address] = new LinkedListNode<Failures>(new Failures(address, 0, 0));
            node.Value = new Failures(address, node.Value.Count + 1, time.GetTimestamp());
            _byAge.AddLast(node);
            if (_byAddress.Count > options.MaxAddresses)
                Forget(_byAge.First!);
            return node.Value.Count;
        }
    }

    private bool IsOver(Failures failures) => time.GetElapsedTime(failures.Last) > options.Duration;

    private void Forget(LinkedListNode<Failures> node)
    {
        _byAge.Remove(node);
        _byAddress.Remove(node.Value.Address);
    }

    [LoggerMessage(LogLevel.Information, "Address {Address} has failed to sign in {Count} times; {Limit} are allowed")]
    private partial void LogFailure(string address, int count, int limit);

    [LoggerMessage(LogLevel.Warning, "Address {Address} is turned away because it has failed to sign in too often")]
    private partial void LogTurnedAway(string address);

    private readonly record struct Failures(string Address, int Count, long Last);
}
