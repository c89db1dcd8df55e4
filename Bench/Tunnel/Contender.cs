using GuacAspire.Bench.Rest;

namespace GuacAspire.Bench.Tunnel;

/// <summary>A relay between clients and the fake guacd: processes of its own, and a way to open a tunnel through it.</summary>
internal sealed record Contender(string Name, ProcessGauge Gauge, Func<TunnelClient> Open, bool IsCompressed = false)
{
    /// <summary>A Gateway with a connection to open tunnels to.</summary>
    public static async Task<Contender> OfAsync(string name, BenchGateway gateway, string adminPassword, bool isCompressed, CancellationToken cancel)
    {
        await gateway.StartAsync(cancel);
        using var client = new RestClient(gateway.Address, adminPassword);
        var token = await client.LoginAsync(cancel);
        client.Use(token);
        var id = await client.CreateConnectionAsync(cancel);
        var path = $"/guacamole/websocket-tunnel?token={token}&GUAC_DATA_SOURCE=mysql&GUAC_ID={id}&GUAC_TYPE=c&GUAC_WIDTH=1280&GUAC_HEIGHT=800&GUAC_DPI=96&GUAC_IMAGE=image/png";
        return new Contender(
            name, new ProcessGauge(gateway.ProcessId), () => new WebSocketTunnelClient(gateway.Address.Port, path, isCompressed), isCompressed);
    }
}
