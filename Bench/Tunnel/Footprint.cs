using System.Globalization;

namespace GuacAspire.Bench.Tunnel;

/// <summary>Resident memory of a process that has seen a little traffic, without tunnels and with many idle ones.</summary>
internal sealed class Footprint(ReplayGuacd guacd)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);

    public const string Head = "| resident, MB | after a little traffic | at 200 idle tunnels | of that mapped from files | at 1,000 | KiB per idle tunnel, first 200 | next 800 |\n|---|---|---|---|---|---|---|\n";

    public string Run(Contender contender)
    {
        guacd.Scene = Scene.Idle;
        for (var open = 0; open < 20; open++)
            Drawn(contender).Dispose();
        var none = Settle(contender);
        var clients = new List<TunnelClient>();
        try
        {
            while (clients.Count < 200)
                clients.Add(Drawn(contender));
            var some = Settle(contender);
            var mapped = contender.Gauge.MappedKiB;
            while (clients.Count < 1000)
                clients.Add(Drawn(contender));
            var many = Settle(contender);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {contender.Name} | {none / 1024:0.0} | {some / 1024:0.0} | {mapped / 1024:0.0} | {many / 1024:0.0} | {(some - none) / 200:0} | {(many - some) / 800:0} |\n");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>A tunnel that has drawn a picture.</summary>
    private static TunnelClient Drawn(Contender contender)
    {
        var client = contender.Open();
        client.ReadExactly(Replay.Picture.Length);
        return client;
    }

    private static double Settle(Contender contender)
    {
        // Nothing tells when a process has given back what it does not need; all processes get the same time.
        Thread.Sleep(Settling);
        return contender.Gauge.ResidentKiB;
    }
}
