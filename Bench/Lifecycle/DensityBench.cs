using System.Diagnostics;
using System.Globalization;
using System.Text;
using GuacAspire.Bench.Launch;

namespace GuacAspire.Bench.Lifecycle;

/// <summary>What a desktop costs that nobody touches.</summary>
internal static class DensityBench
{
    private const int Desktops = 3;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(BenchOptions options)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        using var inventory = new Inventory(options.Portal, options.Password);
        using var visitor = new PortalLaunch(options.Portal, options.Mesh);
        await visitor.SignInAsync(timeout.Token);
        List<string> ids = [];
        try
        {
            for (var i = 0; i < Desktops; i++)
            {
                ids.Add(await visitor.LaunchAsync(timeout.Token));
                await visitor.ReadyAsync(ids[^1], timeout.Token);
            }

            await visitor.PoolFullAsync(timeout.Token);
            await Task.Delay(Settle, timeout.Token);
            var clock = Stopwatch.StartNew();
            var before = await MeasureAsync();
            await Task.Delay(Watch, timeout.Token);
            var after = await MeasureAsync();
            var seconds = clock.Elapsed.TotalSeconds;
            var memory = after.Select(one => one.Memory / 1048576.0).Order().ToArray();
            var cores = before.Zip(after, (first, second) => (second.Processor - first.Processor) / seconds * 100).Order().ToArray();
            var text = new StringBuilder()
                .Append(CultureInfo.InvariantCulture, $"{Desktops} desktops with `{options.Mesh}`, watched for {Watch.TotalSeconds:0} s ")
                .AppendLine("while nobody touched them; median (lowest–highest).")
                .AppendLine()
                .AppendLine("| resident memory, MiB | of a core, % |")
                .AppendLine("|---|---|")
                .Append(CultureInfo.InvariantCulture, $"| {memory[memory.Length / 2]:0} ({memory[0]:0}–{memory[^1]:0}) ")
                .AppendLine(CultureInfo.InvariantCulture, $"| {cores[cores.Length / 2]:0.0} ({cores[0]:0.0}–{cores[^1]:0.0}) |")
                .AppendLine()
                .AppendLine("Resident: what no other container could have: processes' own memory and the desktop's temporary files.")
                .AppendLine(CultureInfo.InvariantCulture, $"Machine: {Machine.Describe()}.");
            Console.WriteLine(text);
            if (options.Writes)
                await Report.WriteAsync("Density", text.ToString());
        }
        finally
        {
            foreach (var id in ids)
                await visitor.StopAsync(id, timeout.Token);
        }

        Task<(long Memory, double Processor)[]> MeasureAsync() => Task.WhenAll(ids.Select(id => inventory.MeasureAsync(id, timeout.Token)));
    }
}
