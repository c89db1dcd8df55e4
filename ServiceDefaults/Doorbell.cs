namespace GuacAspire.ServiceDefaults;

/// <summary>Wakes one that waits. Many may ring before it does, and once is enough.</summary>
public sealed class Doorbell : IDisposable
{
    private readonly SemaphoreSlim _rung = new(0, 1);

    /// <summary>Wakes whoever waits now, or waits next.</summary>
    public void Ring()
    {
        lock (_rung)
        {
            if (_rung.CurrentCount == 0)
                _rung.Release();
        }
    }

    /// <summary>Waits until somebody rings, or has rung since the last time.</summary>
    /// <param name="longest">How long at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>A task that completes when somebody has rung, or the time is over.</returns>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _rung.WaitAsync(longest, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _rung.Dispose();
}
