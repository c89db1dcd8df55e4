namespace GuacAspire.Provisioner.Guacamole;

/// <summary>
/// A long answer that many want at once. Everybody gets one that was asked for after they came, and all who come while one is under way
/// are content with the same next one: when a thousand desktops go at once, Guacamole does not list a thousand connections a thousand times.
/// </summary>
/// <typeparam name="T">The answer.</typeparam>
internal sealed class SharedLook<T>(Func<CancellationToken, Task<T>> look)
{
    private readonly Lock _lock = new();
    private Task _present = Task.CompletedTask;
    private Task<T>? _next;

    public Task<T> LookAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_next is null)
                _present = _next = LookNextAsync(_present);
            return _next.WaitAsync(cancellationToken);
        }
    }

    private async Task<T> LookNextAsync(Task before)
    {
        // Not under the lock of who asks.
        await Task.Yield();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
            _next = null;
        // It is nobody's own: who gives up waiting ends it for nobody else.
        return await look(CancellationToken.None);
    }
}
