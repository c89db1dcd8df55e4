using System.Globalization;
using System.Net.WebSockets;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Guacd;
using GuacAspire.Gateway.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using MySqlConnector;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>
/// <c>/websocket-tunnel</c>. Every failure comes after the upgrade, as a close code with Guacamole's status as its reason.
/// </summary>
internal static class TunnelApi
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    public static IEndpointRouteBuilder MapTunnelApi(this IEndpointRouteBuilder routes)
    {
        routes.Map("/websocket-tunnel", ServeAsync);
        return routes;
    }

    private static async Task ServeAsync(
        HttpContext context, GatewayOptions options, TunnelOpener opener, TunnelRegistry registry, GatewayMetrics metrics,
        TimeProvider time, ILogger<Tunnel> logger)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        // Kestrel ends connections whose client reads too slowly; here guacd slows down with it.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        using var span = TunnelSpan.Start(context);
        using var socket = await AcceptAsync(context, options);
        span.Phase("tunnel.accepted");

        var tunnel = await OpenAsync(context, socket, opener, span, metrics, time, logger);
        if (tunnel is null)
            return;
        try
        {
            await RelayAsync(socket, tunnel, registry, span, metrics, time);
        }
        finally
        {
            await registry.EndAsync(tunnel);
        }
    }

    /// <summary>
    /// Compression is dangerous where secrets and what others choose share a message: guacd's screens are neither, and it is off by
    /// default.
    /// </summary>
    internal static Task<WebSocket> AcceptAsync(HttpContext context, GatewayOptions options) => context.WebSockets.AcceptWebSocketAsync(
        new WebSocketAcceptContext
        {
            SubProtocol = context.WebSockets.WebSocketRequestedProtocols.Contains("guacamole") ? "guacamole" : null,
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
            DangerousEnableCompression = options.CompressTunnels,
        });

    private static async Task<Tunnel?> OpenAsync(
        HttpContext context, WebSocket socket, TunnelOpener opener, TunnelSpan span, GatewayMetrics metrics, TimeProvider time,
        ILogger logger)
    {
        var start = time.GetTimestamp();
        try
        {
            var request = TunnelRequest.Parse(context, name => context.Request.Query[name]);
            var tunnel = await opener.OpenAsync(request, span.Phase, context.RequestAborted);
            metrics.Handshake(time.GetElapsedTime(start), "success");
            span.Opened(tunnel);
            TunnelLog.Opened(logger, tunnel.Session.Username, tunnel.Connection.Name, tunnel.Uuid);
            return tunnel;
        }
        catch (Exception e) when (e is GuacamoleException or MySqlException or OperationCanceledException)
        {
            var status = (e as GuacamoleException)?.TunnelStatus ?? GuacamoleStatus.ServerError;
            metrics.Handshake(time.GetElapsedTime(start), status.Code.ToString(CultureInfo.InvariantCulture));
            span.Failed(status, e.Message);
            TunnelLog.Refused(logger, status.Code, e.Message);
            await FarewellAsync(socket, status);
            return null;
        }
    }

    internal static async Task RelayAsync(
        WebSocket socket, Tunnel tunnel, TunnelRegistry registry, TunnelSpan span, GatewayMetrics metrics, TimeProvider time)
    {
        using var relay = new WebSocketRelay(socket, tunnel, span, metrics, time);
        GuacamoleStatus? reason = null;
        try
        {
            await relay.SendAsync(Instruction.ToBytes("", tunnel.Uuid));
            span.Phase("tunnel.ready");
            span.Connected();
            var up = relay.FromClientAsync();
            var down = relay.FromGuacdAsync();
            var first = await Task.WhenAny(up, down, tunnel.Closing, relay.Refused);
            if (first == up || first == relay.Refused)
                await first;
            else
                reason = tunnel.Closing.IsCompleted ? await tunnel.Closing : await down;
            // The client may take its time to say goodbye; the tunnel is over now.
            _ = registry.EndAsync(tunnel);
            using var farewell = new CancellationTokenSource(Farewell, time);
            if (first == relay.Refused)
                await relay.CloseAsync(WebSocketCloseStatus.MessageTooBig, await relay.Refused, farewell.Token);
            else if (reason is { } status)
                await relay.CloseAsync(
                    (WebSocketCloseStatus)status.WebSocketCode, status.Code.ToString(CultureInfo.InvariantCulture), farewell.Token);
            else
                await relay.CloseAsync(WebSocketCloseStatus.NormalClosure, "", farewell.Token);
            await Task.WhenAll(up, down).WaitAsync(farewell.Token);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client left without a word, or did not answer ours.
            tunnel.Close(GuacamoleStatus.Success);
            socket.Abort();
        }
        span.Closed(reason);
    }

    private static async Task FarewellAsync(WebSocket socket, GuacamoleStatus status)
    {
        using var farewell = new CancellationTokenSource(Farewell);
        try
        {
            await socket.CloseAsync(
                (WebSocketCloseStatus)status.WebSocketCode, status.Code.ToString(CultureInfo.InvariantCulture), farewell.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            socket.Abort();
        }
    }
}
