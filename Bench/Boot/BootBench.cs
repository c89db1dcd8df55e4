using System.Globalization;
using System.Text;
using GuacAspire.Bench.Launch;
using GuacAspire.Bench.Tunnel;

namespace GuacAspire.Bench.Boot;

/// <summary>
/// A second start, what it takes in memory, a launch and the end: the build of another checkout beside this one's, alternating in one run.
/// </summary>
internal static class BootBench
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(BenchOptions options)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromHours(1));
        Build[] builds = [new("before", options.Before), new("after", Folders.Repository)];
        var times = builds.ToDictionary(build => build, _ => new List<BootTimes>());
        // What a first start has to do, and what the machine has to read from its disk, is no part of this.
        foreach (var build in builds)
            await MeasureAsync(build, options, timeout.Token);
        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var build in builds)
            {
                times[build].Add(await MeasureAsync(build, options, timeout.Token));
                Console.WriteLine($"run {run}, {build.Name}: {times[build][^1]}");
            }
        }

        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{options.Runs} starts each, alternating, of two checkouts that have been started before: `./run` to \"ready\", ten seconds")
            .AppendLine("of rest, a launch from the pool and one without, Ctrl-C. Median (lowest–highest). Memory is that of everything but our services, MySQL,")
            .AppendLine("guacd, nginx and desktops: orchestrator, dashboard, AppHost and what stands around them; what processes share counts for each, or divided.")
            .AppendLine()
            .AppendLine("| | ready, s | memory, MB | divided, MB | launch from the pool, s | launch without, s | end, s |")
            .AppendLine("|---|---|---|---|---|---|---|");
        foreach (var build in builds)
            text.AppendLine(Row(build.Name, times[build]));
        text.AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"After against before, run by run, in the median: ready {Ratio(times, t => t.Ready)}, launch from the pool {Ratio(times, t => t.Warm)}, without {Ratio(times, t => t.Cold)}, end {Ratio(times, t => t.End)}.")
            .AppendLine(CultureInfo.InvariantCulture, $"Machine: {Machine.Describe()}.");
        Console.WriteLine(text);
        if (options.Writes)
            await Report.WriteAsync("Boot", text.ToString());

        string Ratio(Dictionary<Build, List<BootTimes>> all, Func<BootTimes, double> value) => string.Create(
            CultureInfo.InvariantCulture, $"{all[builds[1]].Zip(all[builds[0]], (after, before) => value(after) / value(before)).ToList().Quantile(0.5):0.00}");
    }

    private static async Task<BootTimes> MeasureAsync(Build build, BenchOptions options, CancellationToken cancellationToken)
    {
        var port = Ports.Free();
        await using var running = await RunningBuild.StartAsync(build, port, cancellationToken);
        await Task.Delay(Settled, cancellationToken);
        var (resident, proportional) = running.Memory();
        using var portal = new PortalLaunch(new Uri($"http://localhost:{port}"), options.Mesh);
        await portal.SignInAsync(cancellationToken);
        var warm = await portal.RunWarmAsync(cancellationToken);
        var cold = await portal.RunColdAsync(cancellationToken);
        var end = await running.EndAsync(cancellationToken);
        return new(running.ReadyAfter, resident, proportional, warm.Mesh, cold.Mesh, end);
    }

    private static string Row(string name, List<BootTimes> times) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {Cell(times.Select(t => t.Ready), "0.0")} | {Cell(times.Select(t => t.Resident / 1e6), "0")} | {Cell(times.Select(t => t.Proportional / 1e6), "0")} | {Cell(times.Select(t => t.Warm), "0.00")} | {Cell(times.Select(t => t.Cold), "0.00")} | {Cell(times.Select(t => t.End), "0.0")} |");

    private static string Cell(IEnumerable<double> values, string format)
    {
        var sorted = values.Order().ToList();
        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{Text(sorted[sorted.Count / 2])} ({Text(sorted[0])}–{Text(sorted[^1])})";
    }
}
