using System.Globalization;
using System.Text;
using GuacAspire.Bench.Rest;

namespace GuacAspire.Bench.Tunnel;

/// <summary>A Blender session, replayed by a fake guacd, through the Gateway and what it is compared with; all in one run.</summary>
internal static class TunnelBench
{
    public static async Task RunAsync(BenchOptions options)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(20));
        var cancel = timeout.Token;
        using var guacd = new ReplayGuacd();
        await using var database = new BenchDatabase();
        await database.StartAsync(options.Image, cancel);
        (string, string)[] settings = [("GUACD_HOSTNAME", "127.0.0.1"), ("GUACD_PORT", $"{guacd.Port}")];
        await using var plain = new BenchGateway(database, settings);
        await using var deflating = new BenchGateway(database, [.. settings, ("WEBSOCKET_COMPRESSION", "true")]);
        using var others = new OtherRelays(guacd.Port);

        var socat = await others.SocatAsync("socat", cancel);
        var gateway = await Contender.OfAsync("Gateway", plain, database.AdminPassword, isCompressed: false, cancel);
        var compressing = await Contender.OfAsync("Gateway, compressing", deflating, database.AdminPassword, isCompressed: true, cancel);
        var lite = options.Includes("lite") ? await others.LiteAsync(cancel) : null;
        Contender[] uncompressed =
        [
            socat,
            await others.SocatAsync("socat -b 65536", cancel, "-b", "65536"),
            gateway,
            .. lite is null ? Array.Empty<Contender>() : [lite],
        ];

        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"""
                A fake guacd replays a Blender session (pictures and updates of 1280×800 in blobs of 6,048 bytes, written in pieces of 8 KiB as guacd does) through each relay
                in turn, {options.Runs} rounds; medians (lowest–highest), ratios and differences within a round. CPU is the relay's own, with its children, from /proc. Clients are
                the same blocking sockets for all, and count what guacd sent; where the relay speaks WebSocket they skip frames' headers, and do not inflate.
                socat moves 8 KiB at a time unless told otherwise. All processes share the machine; load average before the run: {Load()}.

                """);
        if (options.Includes("memory"))
        {
            var footprint = new Footprint(guacd);
            text.Append(Footprint.Head).Append(footprint.Run(gateway)).Append(lite is null ? "" : footprint.Run(lite)).AppendLine();
        }

        if (options.Includes("opening"))
            text.AppendLine(new Opening(guacd).Run(gateway));
        if (options.Includes("throughput"))
        {
            var throughput = new Throughput(guacd, options.Includes("compression") ? [.. uncompressed, compressing] : uncompressed);
            throughput.Run(options.Runs);
            text.AppendLine(throughput.Table(socat));
        }

        if (options.Includes("latency"))
        {
            var latency = new Latency(guacd, uncompressed);
            latency.Run(options.Runs);
            text.AppendLine(latency.Table(socat));
        }

        text.AppendLine($"Machine: {Machine.Describe()}.");
        Console.WriteLine(text);
        if (options.Writes)
            await Report.WriteAsync("Tunnels", text.ToString());
    }

    private static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
}
