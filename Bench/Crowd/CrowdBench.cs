using System.Globalization;
using System.Text;
using GuacAspire.Bench.Boot;
using GuacAspire.Bench.Tunnel;

namespace GuacAspire.Bench.Crowd;

/// <summary>
/// What a house costs in which nobody does anything, small and large: the build of another checkout beside this one's, alternating in one
/// run. The Provisioner is the real one, as a process; what it talks to are fakes at the true edge.
/// </summary>
internal static class CrowdBench
{
    private const int Small = 10;
    private const int Large = 1000;
    private const int Rounds = 4;
    private const int Warm = 50;

    // Work that is due, code that is compiled, and answers that are a minute old.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(BenchOptions options)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromHours(1));
        Build[] builds = [new("before", options.Before), new("after", Folders.Repository)];
        var costs = builds.SelectMany(build => new[] { (build.Name, Small), (build.Name, Large) })
            .ToDictionary(key => key, _ => new List<CrowdCost>());
        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var build in builds)
            {
                var both = await Task.WhenAll(MeasureAsync(build, Small, timeout.Token), MeasureAsync(build, Large, timeout.Token));
                costs[(build.Name, Small)].Add(both[0]);
                costs[(build.Name, Large)].Add(both[1]);
                Console.WriteLine($"run {run}, {build.Name}: {both[0]}, {both[1]}");
            }
        }

        var text = Describe(options, builds, costs);
        Console.WriteLine(text);
        if (options.Writes)
            await Report.WriteAsync("Crowd", text);
    }

    private static async Task<CrowdCost> MeasureAsync(Build build, int size, CancellationToken cancellationToken)
    {
        using var house = new CrowdHouse(size, size == Small ? (byte)21 : (byte)22);
        await using var edges = await CrowdEdges.StartAsync(house);
        await using var provisioner = new CrowdProvisioner(build.Folder, house, edges);
        await provisioner.AdoptAsync(house, cancellationToken);
        await Task.Delay(Settled, cancellationToken);

        var (calls, processor) = (edges.Calls, provisioner.ProcessorTime);
        await Task.Delay(Rounds * Round, cancellationToken);
        var (laterCalls, laterProcessor) = (edges.Calls, provisioner.ProcessorTime);

        // Some before, so that nothing is left to be compiled.
        await provisioner.ShowAsync(house.Desktops.Take(Warm), cancellationToken);
        var before = provisioner.ProcessorTime;
        await provisioner.ShowAsync(house.Desktops, cancellationToken);
        return new(
            Each(laterCalls.Guacamole - calls.Guacamole),
            Each(laterCalls.Agents - calls.Agents),
            Each(laterCalls.Engine - calls.Engine),
            Each((laterProcessor - processor).TotalMilliseconds),
            (provisioner.ProcessorTime - before).TotalMilliseconds);

        static double Each(double all) => all / Rounds;
    }

    private static string Describe(BenchOptions options, Build[] builds, Dictionary<(string Name, int Size), List<CrowdCost>> costs)
    {
        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"A house of {Small} and one of {Large} desktops, each with a save, its picture and a recording, in which nobody does anything; {options.Runs} runs of each build,")
            .AppendLine("alternating, the two houses of a build side by side. The Provisioner is the real one, a Release build in a process of its own; Guacamole, the engine (on its socket) and each agent (at an")
            .AppendLine(CultureInfo.InvariantCulture, $"address of its own) are small HTTP servers of the benchmark, whose work counts for nobody. A round is all that is done in {Round.TotalSeconds:0} s, counted over {Rounds} of them {Settled.TotalSeconds:0} s after the last desktop was taken up;")
            .AppendLine(CultureInfo.InvariantCulture, $"processor time is the process's own, not the clock's. Nobody follows desktops' memory. A page is the list of all saves and the picture of each, asked of the Provisioner as the portal does, whose own part is not in it. Median (lowest–highest).")
            .AppendLine()
            .AppendLine("| | calls to Guacamole | to agents | to the engine | CPU ms per round | CPU ms per page |")
            .AppendLine("|---|---|---|---|---|---|");
        foreach (var size in new[] { Small, Large })
        {
            foreach (var build in builds)
                text.AppendLine(Row($"{size} desktops, {build.Name}", costs[(build.Name, size)]));
        }

        string[] ratios = ["calls to Guacamole", "to agents", "to both", "CPU per round", "CPU per page"];
        Func<CrowdCost, double>[] values = [one => one.Guacamole, one => one.Agents, one => one.Calls, one => one.Processor, one => one.Page];
        var after = costs[("after", Large)];
        var told = ratios.Zip(values, (name, value) => $"{name} {Ratio(after, costs[("before", Large)], value, 1)}");
        return text.AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"After against before at {Large}, run by run, in the median: {string.Join(", ", told)}.")
            .AppendLine(CultureInfo.InvariantCulture, $"CPU of a round for each desktop at {Large} against {Small}: {Ratio(after, costs[("after", Small)], one => one.Processor, Small / (double)Large)}.")
            .AppendLine(CultureInfo.InvariantCulture, $"Machine: {Machine.Describe()}.")
            .ToString();
    }

    private static string Ratio(List<CrowdCost> some, List<CrowdCost> others, Func<CrowdCost, double> value, double scale) => string.Create(
        CultureInfo.InvariantCulture, $"{some.Zip(others, (one, other) => scale * value(one) / value(other)).ToList().Quantile(0.5):0.000}");

    private static string Row(string name, List<CrowdCost> costs) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {Cell(costs, c => c.Guacamole, "0")} | {Cell(costs, c => c.Agents, "0")} | {Cell(costs, c => c.Engine, "0")} | {Cell(costs, c => c.Processor, "0")} | {Cell(costs, c => c.Page, "0")} |");

    private static string Cell(List<CrowdCost> costs, Func<CrowdCost, double> value, string format)
    {
        var sorted = costs.Select(value).Order().ToList();
        string Text(double one) => one.ToString(format, CultureInfo.InvariantCulture);
        return $"{Text(sorted[sorted.Count / 2])} ({Text(sorted[0])}–{Text(sorted[^1])})";
    }
}
