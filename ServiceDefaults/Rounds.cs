namespace GuacAspire.ServiceDefaults;

/// <summary>What is done in the background again and again. A round that fails ends neither those after it nor the process.</summary>
public static class Rounds
{
    /// <summary>Does a round every time that an interval has passed, until it is cancelled.</summary>
    /// <param name="interval">The time from one round to the next.</param>
    /// <param name="time">What tells the time.</param>
    /// <param name="round">One round.</param>
    /// <param name="failed">Told why a round has failed; says so in the log.</param>
    /// <param name="stoppingToken">Ends it.</param>
    /// <returns>A task that ends as cancelled.</returns>
    public static async Task EveryAsync(
        TimeSpan interval, TimeProvider time, Func<CancellationToken, Task> round, Action<Exception> failed,
        CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryAsync(round, failed, stoppingToken);
    }

    /// <inheritdoc cref="EveryAsync(TimeSpan, TimeProvider, Func{CancellationToken, Task}, Action{Exception}, CancellationToken)"/>
    public static Task EveryAsync(
        TimeSpan interval, TimeProvider time, Action round, Action<Exception> failed, CancellationToken stoppingToken) =>
        EveryAsync(interval, time, Awaitable(round), failed, stoppingToken);

    /// <summary>Does a round at once and every time that an interval has passed, until it is cancelled.</summary>
    /// <param name="interval">The time from one round to the next.</param>
    /// <param name="time">What tells the time.</param>
    /// <param name="round">One round.</param>
    /// <param name="failed">Told why a round has failed; says so in the log.</param>
    /// <param name="stoppingToken">Ends it.</param>
    /// <returns>A task that ends as cancelled.</returns>
    public static async Task AtOnceAndEveryAsync(
        TimeSpan interval, TimeProvider time, Func<CancellationToken, Task> round, Action<Exception> failed,
        CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
            await TryAsync(round, failed, stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <inheritdoc cref="AtOnceAndEveryAsync(TimeSpan, TimeProvider, Func{CancellationToken, Task}, Action{Exception}, CancellationToken)"/>
    public static Task AtOnceAndEveryAsync(
        TimeSpan interval, TimeProvider time, Action round, Action<Exception> failed, CancellationToken stoppingToken) =>
        AtOnceAndEveryAsync(interval, time, Awaitable(round), failed, stoppingToken);

    private static Func<CancellationToken, Task> Awaitable(Action round) => _ =>
    {
        round();
        return Task.CompletedTask;
    };

    private static async Task TryAsync(Func<CancellationToken, Task> round, Action<Exception> failed, CancellationToken stoppingToken)
    {
        try
        {
            await round(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            failed(e);
        }
    }
}
