using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GuacAspire.Bench.Tunnel;

/// <summary>Four tunnels of 100 MB at once, one relay after the other, again and again.</summary>
internal sealed class Throughput(ReplayGuacd guacd, IReadOnlyList<Contender> contenders)
{
    private const int Tunnels = 4;
    private readonly Dictionary<Contender, List<(double Rate, double Cost)>> _results = contenders.ToDictionary(one => one, _ => new List<(double, double)>());

    public void Run(int rounds)
    {
        guacd.Scene = Scene.Bulk;
        // The first rounds are for the just-in-time compilers.
        for (var round = -2; round < rounds; round++)
        {
            foreach (var contender in contenders)
            {
                var result = Measure(contender);
                if (round >= 0)
                    _results[contender].Add(result);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round} {contender.Name}: {result.Rate:0} MB/s, {result.Cost:0.00} s/GB"));
            }
        }
    }

    public string Table(Contender reference)
    {
        var table = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"| four tunnels of 100 MB | MB/s | of {reference.Name}'s | CPU-s per GB | times {reference.Name}'s |")
            .AppendLine("|---|---|---|---|---|");
        foreach (var contender in contenders)
        {
            var own = _results[contender];
            // Compared round by round, since what else the machine does changes from round to round.
            var pairs = own.Zip(_results[reference]).ToList();
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {contender.Name} | {own.Select(one => one.Rate).Median():0} ({own.Min(one => one.Rate):0}–{own.Max(one => one.Rate):0}) | {pairs.Select(pair => pair.First.Rate / pair.Second.Rate).Median():0.00} | {own.Select(one => one.Cost).Median():0.00} ({own.Min(one => one.Cost):0.00}–{own.Max(one => one.Cost):0.00}) | {pairs.Select(pair => pair.First.Cost / pair.Second.Cost).Median():0.00} |");
        }

        return table.ToString();
    }

    private static (double Rate, double Cost) Measure(Contender contender)
    {
        var before = contender.Gauge.ProcessorSeconds;
        var clock = Stopwatch.StartNew();
        var bytes = 0L;
        Crowd.Run(Tunnels, _ =>
        {
            using var client = contender.Open();
            Interlocked.Add(ref bytes, client.ReadToEnd());
        });
        var seconds = clock.Elapsed.TotalSeconds;
        // What a relay does to end a tunnel belongs to it, and only the clock tells when it is done. This thread has nothing else to do.
        Thread.Sleep(200);
        var used = contender.Gauge.ProcessorSeconds - before;
        var expected = Tunnels * (double)ReplayGuacd.BulkBytes;
        if (!contender.IsCompressed && bytes < expected)
            throw new InvalidOperationException($"{contender.Name} has lost bytes: {bytes} of {expected} came.");
        return (expected / seconds / 1e6, used / (expected / 1e9));
    }
}
