using System.Collections.Concurrent;
using System.Security.Cryptography;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Telemetry;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>The open HTTP tunnels; ends those that their client has abandoned or that are over.</summary>
internal sealed partial class HttpTunnels(
    TunnelRegistry registry, GatewayMetrics metrics, TimeProvider time, ILogger<HttpTunnels> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // By the tokens' digests.
    private readonly ConcurrentDictionary<string, HttpTunnel> _tunnels = new();

    public HttpTunnel Add(Tunnel tunnel, TunnelSpan span)
    {
        var http = new HttpTunnel(Convert.ToBase64String(RandomNumberGenerator.GetBytes(33)), tunnel, span, metrics, time);
        _tunnels[SecretKey.Of(http.Token)] = http;
        return http;
    }

    public HttpTunnel Require(string token) =>
        _tunnels.TryGetValue(SecretKey.Of(token), out var tunnel) && !tunnel.Tunnel.Closing.IsCompleted && !tunnel.IsOver
            ? tunnel
            : throw GuacamoleException.Missing("No such tunnel.");

    public async Task EndAsync(HttpTunnel tunnel)
    {
        if (!_tunnels.TryRemove(SecretKey.Of(tunnel.Token), out _))
            return;
        await registry.EndAsync(tunnel.Tunnel);
        tunnel.EndSpan();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.EveryAsync(Interval, time, EndWhatIsOver, LogFailed, stoppingToken);

    private void EndWhatIsOver()
    {
        foreach (var tunnel in _tunnels.Values)
        {
            // A tunnel's row may have to wait for the database; the other tunnels do not.
            if (tunnel.IsOver || tunnel.Tunnel.Closing.IsCompleted || tunnel.IsAbandoned(Patience))
                _ = TryEndAsync(tunnel);
        }
    }

    private async Task TryEndAsync(HttpTunnel tunnel)
    {
        try
        {
            await EndAsync(tunnel);
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(LogLevel.Error, "The look at HTTP tunnels that are over failed")]
    private partial void LogFailed(Exception exception);
}
