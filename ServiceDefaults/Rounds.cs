using System.Runtime.CompilerServices;

namespace GuacAspire.ServiceDefaults;

/// <summary>
/// What is done in the background again and again. A round that fails ends neither those after it nor the process; one that does not is in
/// no trace.
/// </summary>
public static class Rounds
{
    /// <summary>Does a round every time that an interval has passed, until it is cancelled.</summary>
    /// <param name="interval">The time from one round to the next.</param>
    /// <param name="time">What tells the time.</param>
    /// <param name="round">One round.</param>
    /// <param name="failed">Told why a round has failed; says so in the log.</param>
    /// <param name="stoppingToken">Ends it.</param>
    /// <param name="file">The caller's file, which the rounds are called after.</param>
    /// <returns>A task that ends as cancelled.</returns>
    public static async Task EveryAsync(
        TimeSpan interval, TimeProvider time, Func<CancellationToken, Task> round, Action<Exception> failed,
        CancellationToken stoppingToken, [CallerFilePath] string file = "")
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryAsync(file, round, failed, stoppingToken);
    }

    /// <inheritdoc cref="EveryAsync(TimeSpan, TimeProvider, Func{CancellationToken, Task}, Action{Exception}, CancellationToken, string)"/>
    public static Task EveryAsync(
        TimeSpan interval, TimeProvider time, Action round, Action<Exception> failed, CancellationToken stoppingToken,
        [CallerFilePath] string file = "") =>
        EveryAsync(interval, time, Awaitable(round), failed, stoppingToken, file);

    /// <summary>Does a round at once and every time that an interval has passed, until it is cancelled.</summary>
    /// <param name="interval">The time from one round to the next.</param>
    /// <param name="time">What tells the time.</param>
    /// <param name="round">One round.</param>
    /// <param name="failed">Told why a round has failed; says so in the log.</param>
    /// <param name="stoppingToken">Ends it.</param>
    /// <param name="file">The caller's file, which the rounds are called after.</param>
    /// <returns>A task that ends as cancelled.</returns>
    public static async Task AtOnceAndEveryAsync(
        TimeSpan interval, TimeProvider time, Func<CancellationToken, Task> round, Action<Exception> failed,
        CancellationToken stoppingToken, [CallerFilePath] string file = "")
    {
        using var timer = new PeriodicTimer(interval, time);
        do
            await TryAsync(file, round, failed, stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <inheritdoc cref="AtOnceAndEveryAsync(TimeSpan, TimeProvider, Func{CancellationToken, Task}, Action{Exception}, CancellationToken, string)"/>
    public static Task AtOnceAndEveryAsync(
        TimeSpan interval, TimeProvider time, Action round, Action<Exception> failed, CancellationToken stoppingToken,
        [CallerFilePath] string file = "") =>
        AtOnceAndEveryAsync(interval, time, Awaitable(round), failed, stoppingToken, file);

    /// <summary>
    /// Does the same for each of many, a few at once. What goes wrong with one is its own fault, and keeps none of the others waiting.
    /// </summary>
    /// <typeparam name="T">What they are.</typeparam>
    /// <param name="all">All of them.</param>
    /// <param name="atOnce">How many at once at most.</param>
    /// <param name="one">What is done for one.</param>
    /// <param name="failed">Told which one has failed and why; says so in the log.</param>
    /// <param name="cancellationToken">Ends it for all.</param>
    /// <returns>A task that completes when each has been tried.</returns>
    public static Task EachAsync<T>(
        IEnumerable<T> all, int atOnce, Func<T, CancellationToken, Task> one, Action<T, Exception> failed,
        CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
            async (item, _) =>
            {
                try
                {
                    await one(item, cancellationToken);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    failed(item, e);
                }
            });

    private static Func<CancellationToken, Task> Awaitable(Action round) => _ =>
    {
        round();
        return Task.CompletedTask;
    };

    private static async Task TryAsync(
        string file, Func<CancellationToken, Task> round, Action<Exception> failed, CancellationToken stoppingToken)
    {
        try
        {
            await QuietTraces.RunAsync(Path.GetFileNameWithoutExtension(file), round, stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            failed(e);
        }
    }
}
