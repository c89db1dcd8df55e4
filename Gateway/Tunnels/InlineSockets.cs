namespace GuacAspire.Gateway.Tunnels;

/// <summary>
/// Lets the threads that hear of bytes also move them on. Handing them to the thread pool wakes another thread for each move of a mouse,
/// twice there and back, which costs more than the relay itself. It asks of everything behind a socket that it awaits and never blocks;
/// whoever has much to do lets others go first (see <see cref="Turn"/>).
/// </summary>
internal static class InlineSockets
{
    // The runtime looks for it when the first socket is used, and has no other switch.
    public static void Enable() => Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
}

/// <summary>Counts what one tunnel does without having to wait for anything, so that it leaves the thread to others in time.</summary>
internal struct Turn
{
    private const int Length = 16;
    private int _taken;

    /// <summary>Notes one more step, and says whether the next is somebody else's.</summary>
    public bool IsOver(bool hadToWait)
    {
        _taken = hadToWait ? 0 : _taken + 1;
        if (_taken < Length)
            return false;
        _taken = 0;
        return true;
    }
}
