using System.Diagnostics;
using System.Globalization;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Telemetry;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>
/// Two spans: one for the opening, which ends when the client can draw, and one for the tunnel's whole life. Both are children of
/// the caller's trace, which a browser can name in the query only, since it cannot set headers on a WebSocket.
/// </summary>
internal sealed class TunnelSpan : IDisposable
{
    private readonly Activity? _tunnel;
    private readonly Activity? _connect;

    private bool _synced;

    private TunnelSpan(Activity? tunnel, Activity? connect)
    {
        _tunnel = tunnel;
        _connect = connect;
    }

    public static TunnelSpan Start(HttpContext context)
    {
        var request = Activity.Current?.Context ?? default;
        ActivityLink[] links = [];
        var parent = request;
        if (ActivityContext.TryParse(context.Request.Query["traceparent"], null, isRemote: true, out var named))
        {
            parent = named;
            links = request == default ? [] : [new ActivityLink(request)];
        }
        var tunnel = GatewayMetrics.Source.StartActivity("guacamole.tunnel", ActivityKind.Server, parent, links: links);
        var connect = GatewayMetrics.Source.StartActivity("guacamole.tunnel.connect", ActivityKind.Internal, parent, links: links);
        return new TunnelSpan(tunnel, connect);
    }

    public void Phase(string name)
    {
        var now = new ActivityEvent(name);
        _connect?.AddEvent(now);
        _tunnel?.AddEvent(now);
    }

    /// <summary>Notes when guacd says for the first time that a picture is complete.</summary>
    public void Watch(ReadOnlySpan<byte> fromGuacd)
    {
        if (_synced || fromGuacd.IndexOf("4.sync,"u8) < 0)
            return;
        _synced = true;
        _tunnel?.AddEvent(new ActivityEvent("guacd.first_sync"));
    }

    public void Opened(Tunnel tunnel)
    {
        foreach (var activity in (Activity?[])[_tunnel, _connect])
        {
            activity?.SetTag("guacamole.tunnel.uuid", tunnel.Uuid)
                .SetTag("guacamole.connection.id", tunnel.Connection.Id)
                .SetTag("guacamole.connection.name", tunnel.Connection.Name)
                .SetTag("guacamole.protocol", tunnel.Connection.Protocol)
                .SetTag("enduser.id", tunnel.Session.Username);
        }
    }

    public void Connected() => _connect?.Stop();

    /// <summary>What is wrong with a request is not said: the reason may quote what the client sent.</summary>
    public void Failed(GuacamoleStatus status, string reason)
    {
        foreach (var activity in (Activity?[])[_connect, _tunnel])
            activity?.SetTag("guacamole.status", status.Code).SetTag("error.type", status.Code.ToString(CultureInfo.InvariantCulture))
                .SetStatus(ActivityStatusCode.Error, status.HttpCode >= 500 ? reason : null);
    }

    public void Closed(GuacamoleStatus? status)
    {
        _tunnel?.SetTag("guacamole.status", status?.Code ?? GuacamoleStatus.Success.Code);
        if (status is { Code: not 0 })
            _tunnel?.SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose()
    {
        _connect?.Dispose();
        _tunnel?.Dispose();
    }
}
