using System.Collections.Concurrent;
using System.Security.Cryptography;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Telemetry;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>The open HTTP tunnels; ends those that their client has abandoned or that are over.</summary>
internal sealed class HttpTunnels(TunnelRegistry registry, GatewayMetrics metrics, TimeProvider time) : BackgroundService
{
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var tunnel in _tunnels.Values)
            {
                if (tunnel.IsOver || tunnel.Tunnel.Closing.IsCompleted || tunnel.IsAbandoned(Patience))
                    await EndAsync(tunnel);
            }
        }
    }
}
