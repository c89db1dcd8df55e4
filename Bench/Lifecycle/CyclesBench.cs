using System.Diagnostics;
using System.Globalization;
using System.Text;
using GuacAspire.Bench.Launch;

namespace GuacAspire.Bench.Lifecycle;

/// <summary>Launches and stops many times over, and ten at once; then looks at what is left of it.</summary>
internal static class CyclesBench
{
    private const int AtOnce = 10;

    public static async Task RunAsync(BenchOptions options, int cycles)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(60));
        using var inventory = new Inventory(options.Portal, options.Password);
        using var visitor = new PortalLaunch(options.Portal, options.Mesh);
        await visitor.SignInAsync(timeout.Token);
        await visitor.PoolFullAsync(timeout.Token);
        var before = await inventory.CountAsync(timeout.Token);

        List<double> times = [];
        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            times.Add((await visitor.RunAsync(timeout.Token)).Mesh);
            if (cycle % 10 == 0)
                Console.WriteLine($"{cycle} cycles");
        }

        var burst = await BurstAsync(options, timeout.Token);
        await visitor.PoolFullAsync(timeout.Token);
        var after = await inventory.CountAsync(timeout.Token);
        times.Sort();
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{cycles} launches of `{options.Mesh}`, each stopped as soon as its first picture had come: ")
            .AppendLine(CultureInfo.InvariantCulture, $"{times[times.Count / 2]:0.00} s in the median, {times[times.Count * 95 / 100]:0.00} s at p95.")
            .AppendLine(CultureInfo.InvariantCulture, $"Then {AtOnce} people at once: {burst}.")
            .AppendLine()
            .AppendLine("| | containers | networks | volumes | connections | users | viewers in guacd |")
            .AppendLine("|---|---|---|---|---|---|---|")
            .AppendLine(Row("before, with the pool full", before))
            .AppendLine(Row("after, with the pool full again", after))
            .AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"Machine: {Machine.Describe()}.");
        Console.WriteLine(text);
        if (options.Writes)
            await Report.WriteAsync("Cycles", text.ToString());
    }

    private static async Task<string> BurstAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        var visitors = Enumerable.Range(0, AtOnce).Select(_ => new PortalLaunch(options.Portal, options.Mesh)).ToArray();
        await Task.WhenAll(visitors.Select(visitor => visitor.SignInAsync(cancellationToken)));
        var clock = Stopwatch.StartNew();
        var outcomes = await Task.WhenAll(visitors.Select(async visitor =>
        {
            try
            {
                var id = await visitor.LaunchAsync(cancellationToken);
                await visitor.ReadyAsync(id, cancellationToken);
                return (Id: id, Seconds: clock.Elapsed.TotalSeconds);
            }
            catch (RefusedException)
            {
                return (Id: "", Seconds: clock.Elapsed.TotalSeconds);
            }
        }));
        await Task.WhenAll(visitors.Zip(outcomes)
            .Where(pair => pair.Second.Id.Length > 0)
            .Select(pair => pair.First.StopAsync(pair.Second.Id, cancellationToken)));
        foreach (var visitor in visitors)
        {
            await visitor.SignOutAsync(cancellationToken);
            visitor.Dispose();
        }

        var ready = outcomes.Where(outcome => outcome.Id.Length > 0).Select(outcome => outcome.Seconds).Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ready.Length} had a desktop after {ready[0]:0.0} to {ready[^1]:0.0} s (median {ready[ready.Length / 2]:0.0} s), "
                + $"{AtOnce - ready.Length} were refused in words");
    }

    private static string Row(string name, Counts counts) =>
        $"| {name} | {counts.Containers} | {counts.Networks} | {counts.Volumes} | {counts.Connections} | {counts.Users} | {counts.Viewers} |";
}
