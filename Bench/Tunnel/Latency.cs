using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GuacAspire.Bench.Tunnel;

/// <summary>Twenty people move the mouse, and each move draws something: from the move to the last byte of what it drew.</summary>
internal sealed class Latency(ReplayGuacd guacd, IReadOnlyList<Contender> contenders)
{
    private const int Tunnels = 20;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(33);
    private readonly Dictionary<Contender, List<(double Half, double Most)>> _results = contenders.ToDictionary(one => one, _ => new List<(double, double)>());

    public void Run(int rounds)
    {
        guacd.Scene = Scene.Echo;
        for (var round = -1; round < rounds; round++)
        {
            foreach (var contender in contenders)
            {
                var times = Measure(contender);
                if (round >= 0)
                    _results[contender].Add((times.Quantile(0.5), times.Quantile(0.99)));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round} {contender.Name}: p50 {times.Quantile(0.5):0.000} ms, p99 {times.Quantile(0.99):0.000} ms"));
            }
        }
    }

    public string Table(Contender reference)
    {
        var table = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"| twenty tunnels, 30 moves a second each: there and back, ms | p50 | p99 | p50 added to {reference.Name}'s | p99 added |")
            .AppendLine("|---|---|---|---|---|");
        foreach (var contender in contenders)
        {
            var own = _results[contender];
            var pairs = own.Zip(_results[reference]).ToList();
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {contender.Name} | {own.Select(one => one.Half).Median():0.00} | {own.Select(one => one.Most).Median():0.00} | {pairs.Select(pair => pair.First.Half - pair.Second.Half).Median():0.00} | {pairs.Select(pair => pair.First.Most - pair.Second.Most).Median():0.00} |");
        }

        return table.ToString();
    }

    private static List<double> Measure(Contender contender)
    {
        var clock = Stopwatch.StartNew();
        var all = new List<double>();
        var threads = Enumerable.Range(0, Tunnels).Select(number => new Thread(() =>
        {
            using var client = contender.Open();
            var times = new List<double>(1000);
            Thread.Sleep(Pause * number / Tunnels);
            while (clock.Elapsed < Duration)
            {
                var start = Stopwatch.GetTimestamp();
                client.Send("5.mouse,3.640,3.400,1.0;"u8);
                client.ReadExactly(Replay.Update.Length);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                Thread.Sleep(Pause);
            }

            lock (all)
                all.AddRange(times);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return all;
    }
}
