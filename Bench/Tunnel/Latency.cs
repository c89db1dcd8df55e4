using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GuacAspire.Bench.Tunnel;

/// <summary>Twenty people move the mouse, and each move draws something: from the move to the last byte of what it drew.</summary>
internal sealed class Latency(ReplayGuacd guacd, IReadOnlyList<Contender> contenders)
{
    private const int Tunnels = 20;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);
    private const int Pause = 33;
    private readonly Dictionary<Contender, List<(double Half, double Most, double Cost)>> _results = contenders.ToDictionary(one => one, _ => new List<(double, double, double)>());

    public void Run(int rounds)
    {
        guacd.Scene = Scene.Echo;
        // A method is compiled for good only after it has been called for a while.
        for (var round = -3; round < rounds; round++)
        {
            foreach (var contender in contenders)
            {
                var result = Measure(contender);
                if (round >= 0)
                    _results[contender].Add(result);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round} {contender.Name}: p50 {result.Half:0.000} ms, p99 {result.Most:0.000} ms, {result.Cost:0} µs each"));
            }
        }
    }

    public string Table(Contender reference)
    {
        var table = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"| twenty tunnels, 30 moves a second each: there and back, ms | p50 | p99 | p50 added to {reference.Name}'s | p99 added | CPU-µs each |")
            .AppendLine("|---|---|---|---|---|---|");
        foreach (var contender in contenders)
        {
            var own = _results[contender];
            var pairs = own.Zip(_results[reference]).ToList();
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {contender.Name} | {own.Select(one => one.Half).Median():0.00} | {own.Select(one => one.Most).Median():0.00} | {pairs.Select(pair => pair.First.Half - pair.Second.Half).Median():0.00} | {pairs.Select(pair => pair.First.Most - pair.Second.Most).Median():0.00} | {own.Select(one => one.Cost).Median():0} |");
        }

        return table.ToString();
    }

    private static (double Half, double Most, double Cost) Measure(Contender contender)
    {
        var all = new List<double>();
        var (before, used) = (0.0, 0.0);
        var clock = new Stopwatch();
        using var start = new Barrier(Tunnels, _ =>
        {
            before = contender.Gauge.ProcessorSeconds;
            clock.Start();
        });
        using var end = new Barrier(Tunnels, _ => used = contender.Gauge.ProcessorSeconds - before);
        Crowd.Run(Tunnels, number =>
        {
            using var client = contender.Open();
            var times = new List<double>(1000);
            start.SignalAndWait(TimeSpan.FromSeconds(20));
            // People do not move in step. With equal pauses, whatever holds up all of them once makes all of them go on together until the end, and what
            // is measured then is a queue of twenty. The same pauses for each contender; a timer would measure the thread pool as well.
            var hand = new Random(number);
            Thread.Sleep(hand.Next(Pause));
            while (clock.Elapsed < Duration)
            {
                var sent = Stopwatch.GetTimestamp();
                client.Send("5.mouse,3.640,3.400,1.0;"u8);
                client.ReadExactly(Replay.Update.Length);
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                Thread.Sleep(hand.Next(Pause / 2, Pause * 3 / 2));
            }

            lock (all)
                all.AddRange(times);
            end.SignalAndWait(TimeSpan.FromSeconds(20));
        });
        return (all.Quantile(0.5), all.Quantile(0.99), used * 1e6 / all.Count);
    }
}
