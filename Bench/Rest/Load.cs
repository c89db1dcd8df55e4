using System.Diagnostics;

namespace GuacAspire.Bench.Rest;

/// <summary>How often something was done in a second, and how long each took.</summary>
internal sealed record LoadResult(double Rate, IReadOnlyList<double> Milliseconds);

internal static class Load
{
    /// <summary>Does the same again and again, so many at a time, for so long.</summary>
    public static async Task<LoadResult> RunAsync(Func<CancellationToken, Task> act, int atATime, TimeSpan duration, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var all = await Task.WhenAll(Enumerable.Range(0, atATime).Select(_ => Task.Run(
            async () =>
            {
                List<double> times = [];
                while (clock.Elapsed < duration)
                {
                    var start = Stopwatch.GetTimestamp();
                    await act(cancellationToken);
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }

                return times;
            },
            cancellationToken)));
        var times = all.SelectMany(own => own).ToList();
        return new(times.Count / clock.Elapsed.TotalSeconds, times);
    }
}
