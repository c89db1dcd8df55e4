using System.Globalization;
using System.Text;
using GuacAspire.Bench.Tunnel;

namespace GuacAspire.Bench.Launch;

/// <summary>Click → first frame, ours beside the tutorial's way, alternating in one run so that the machine's noise hits both.</summary>
internal static class LaunchBench
{
    public static async Task RunAsync(BenchOptions options)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(30));
        var meshFile = Directory.EnumerateFiles(Path.Combine(Folders.Repository, "Meshes"), $"{options.Mesh}.*").Single(file => !file.EndsWith(".png", StringComparison.Ordinal));
        using var ours = new PortalLaunch(options.Portal, options.Mesh);
        await ours.SignInAsync(timeout.Token);
        await using var tutorial = new TutorialLaunch(options.Portal, options.Password, meshFile);
        await tutorial.PrepareAsync(timeout.Token);
        using var alone = new BlenderAlone();

        List<LaunchTimes> warmTimes = [], coldTimes = [], refillingTimes = [], tutorialTimes = [];
        List<double> aloneTimes = [];
        for (var run = 1; run <= options.Runs; run++)
        {
            warmTimes.Add(await ours.RunWarmAsync(timeout.Token));
            coldTimes.Add(await ours.RunColdAsync(timeout.Token));
            refillingTimes.Add(await ours.RunWhileRefillingAsync(timeout.Token));
            tutorialTimes.Add(await tutorial.RunAsync(timeout.Token));
            aloneTimes.Add(await alone.RunAsync(timeout.Token));
            Console.WriteLine($"run {run}: warm {warmTimes[^1]}, cold {coldTimes[^1]}, refilling {refillingTimes[^1]}, tutorial {tutorialTimes[^1]}, alone {aloneTimes[^1]:0.00}");
        }

        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{options.Runs} launches of `{options.Mesh}` each way, alternating. Seconds from the click: median (lowest–highest).")
            .AppendLine()
            .AppendLine("| | may open the tunnel | first whole picture | the mesh is in it |")
            .AppendLine("|---|---|---|---|")
            .AppendLine(Row("GuacAspire, a desktop stands ready", warmTimes))
            .AppendLine(Row("GuacAspire, a desktop stands ready, another is being made", refillingTimes))
            .AppendLine(Row("GuacAspire, the pool is empty", coldTimes))
            .AppendLine(Row("the tutorial's way", tutorialTimes))
            .AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"All launches that found a desktop ready, to the mesh: {Quantiles(warmTimes.Concat(refillingTimes).Select(t => t.Mesh).ToList())}.")
            .AppendLine(CultureInfo.InvariantCulture, $"Cold against Blender alone, run by run: {coldTimes.Zip(aloneTimes, (cold, one) => cold.Mesh / one).ToList().Quantile(0.5):0.00} times in the median.")
            .AppendLine(CultureInfo.InvariantCulture, $"Blender alone, in a container of the same image that nobody waits for but this: {Cell(aloneTimes)} s from the container's start to the first viewport, without a mesh.")
            .AppendLine("The tutorial's way: start a container of the same image with Blender and the mesh on its command line, sleep 2 s, register as the administrator, redirect.")
            .AppendLine(CultureInfo.InvariantCulture, $"Machine: {Machine.Describe()}.");
        Console.WriteLine(text);
        if (options.Writes)
            await Report.WriteAsync("Launch", text.ToString());
    }

    private static string Row(string name, List<LaunchTimes> times) =>
        $"| {name} | {Cell(times.Select(t => t.Redirect))} | {Cell(times.Select(t => t.FirstPicture))} | {Cell(times.Select(t => t.Mesh))} |";

    private static string Quantiles(List<double> values) =>
        string.Create(CultureInfo.InvariantCulture, $"p50 {values.Quantile(0.5):0.00}, p95 {values.Quantile(0.95):0.00} (of {values.Count})");

    private static string Cell(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 2]:0.00} ({sorted[0]:0.00}–{sorted[^1]:0.00})");
    }
}
