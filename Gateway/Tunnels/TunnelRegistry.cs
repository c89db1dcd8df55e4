using System.Collections.Concurrent;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Sharing;
using GuacAspire.Gateway.Telemetry;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>Every open tunnel; gives up on those whose guacd has fallen silent.</summary>
internal sealed partial class TunnelRegistry(
    SeatLimiter seats, ShareKeys shares, TunnelHistory history, GatewayMetrics metrics, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<TunnelRegistry> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, Tunnel> _tunnels = new(StringComparer.OrdinalIgnoreCase);

    public ICollection<Tunnel> All => _tunnels.Values;

    public Tunnel? Find(string uuid) => _tunnels.GetValueOrDefault(uuid);

    public int CountConnection(int id) => _tunnels.Values.Count(tunnel => tunnel.IsPrimary && tunnel.Connection.Id == id);

    public int CountGroup(int id) => _tunnels.Values.Count(tunnel => tunnel.IsPrimary && tunnel.Connection.ParentId == id);

    /// <summary>Lists a tunnel, unless its session, or the share that it joins by, ended while it was being opened.</summary>
    public void Add(Tunnel tunnel)
    {
        _tunnels[tunnel.Uuid] = tunnel;
        metrics.Opened();
        if (!tunnel.Session.TryAdd(tunnel))
            tunnel.Close(GuacamoleStatus.Success);
        if (tunnel.Share is { IsOver: true })
            Kill(tunnel);
    }

    /// <summary>Makes a share's key worthless, and ends the tunnels of all who have joined by it.</summary>
    public void End(Share share)
    {
        shares.Revoke(share);
        foreach (var joined in _tunnels.Values.Where(tunnel => tunnel.Share == share))
            Kill(joined);
    }

    /// <summary>Takes the tunnel off every list, at once, so that a kill is seen by whoever asks next.</summary>
    public void Kill(Tunnel tunnel)
    {
        Unlist(tunnel);
        tunnel.Close(GuacamoleStatus.Success);
    }

    public Task EndAsync(Tunnel tunnel)
    {
        tunnel.Close(GuacamoleStatus.Success);
        Unlist(tunnel);
        return tunnel.EndOnce(() => RecordEndAsync(tunnel));
    }

    private async Task RecordEndAsync(Tunnel tunnel)
    {
        await Task.WhenAll(history.EndAsync(tunnel.HistoryId), history.EndAsync(tunnel.ExternalHistoryId));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The web server waits for its requests to end before it stops, and a tunnel is a request.
        using var stopping = lifetime.ApplicationStopping.Register(() =>
        {
            foreach (var tunnel in _tunnels.Values)
                tunnel.Close(GuacamoleStatus.ServerBusy);
        });
        await Rounds.EveryAsync(Interval, time, GiveUpOnTheSilent, LogFailed, stoppingToken);
    }

    private void GiveUpOnTheSilent()
    {
        foreach (var tunnel in _tunnels.Values)
        {
            if (tunnel.IsSilent(time, Patience))
                tunnel.Close(GuacamoleStatus.UpstreamTimeout);
        }
    }

    private void Unlist(Tunnel tunnel)
    {
        if (!_tunnels.TryRemove(tunnel.Uuid, out _))
            return;
        tunnel.Session.Remove(tunnel);
        if (tunnel.Seats is { } taken)
            seats.Release(taken);
        metrics.Closed(time.GetUtcNow() - tunnel.Started);
        shares.Revoke(tunnel);
        // Who joined through a share leaves with the one who shared.
        foreach (var joined in _tunnels.Values.Where(other => other.SharedFrom == tunnel))
            Kill(joined);
    }

    [LoggerMessage(LogLevel.Error, "The look at tunnels whose guacd is silent failed")]
    private partial void LogFailed(Exception exception);
}
