using System.Diagnostics;
using System.Globalization;

namespace GuacAspire.Bench.Tunnel;

/// <summary>From the request to the first message, the UUID: what guacd itself needs of it is known, the rest is the Gateway's.</summary>
internal sealed class Opening(ReplayGuacd guacd)
{
    private const int Opens = 200;

    public string Run(Contender gateway)
    {
        guacd.Scene = Scene.Echo;
        List<double> own = [], share = [];
        for (var open = -50; open < Opens; open++)
        {
            guacd.Shares.Clear();
            var start = Stopwatch.GetTimestamp();
            using var client = gateway.Open();
            var total = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (open < 0 || !guacd.Shares.TryDequeue(out var guacds))
                continue;
            own.Add(total - guacds.TotalMilliseconds);
            share.Add(guacds.TotalMilliseconds);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            | request to UUID frame, ms, {Opens} in a row | p50 | p99 |
            |---|---|---|
            | the Gateway's own, MySQL included | {own.Quantile(0.5):0.00} | {own.Quantile(0.99):0.00} |
            | the fake guacd's | {share.Quantile(0.5):0.00} | {share.Quantile(0.99):0.00} |

            """);
    }
}
