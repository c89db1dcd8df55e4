namespace GuacAspire.Provisioner.Launching;

/// <summary>
/// Lets as many Blenders start at once as there are processor cores, first come, first served. All at once, each would be as late as the
/// last; and some would be too late.
/// </summary>
internal sealed class StartQueue(DesktopRegistry registry)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private int _starting;

    private long Width => Math.Max(2, registry.Machine?.Cores ?? 0);

    /// <param name="ahead">Told how many have to start first, now and whenever that changes.</param>
    /// <param name="start">The start.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    public async Task<T> RunAsync<T>(Action<int> ahead, Func<Task<T>> start, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(ahead);
        lock (_lock)
        {
            _waiters.AddLast(waiter);
            Advance();
        }

        try
        {
            await waiter.Turn.Task.WaitAsync(cancellationToken);
            return await start();
        }
        finally
        {
            lock (_lock)
            {
                if (!_waiters.Remove(waiter))
                    _starting--;
                Advance();
            }
        }
    }

    private void Advance()
    {
        while (_starting < Width && _waiters.First is { } first)
        {
            _waiters.Remove(first);
            _starting++;
            first.Value.Turn.SetResult();
        }

        var position = 0;
        foreach (var waiter in _waiters)
            waiter.Ahead(++position);
    }

    private sealed record Waiter(Action<int> Ahead)
    {
        // Whoever has to wait must not run under the lock of who lets it go.
        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
