using System.Globalization;
using System.Net.Mime;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using MySqlConnector;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>
/// <c>/tunnel</c>: the way for clients that have no WebSocket. What is wanted stands in the query: connect, read:UUID:N or write:UUID.
/// </summary>
internal static class HttpTunnelApi
{
    private const string TokenHeader = "Guacamole-Tunnel-Token";

    public static void MapHttpTunnelApi(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/tunnel", [HttpMethods.Get, HttpMethods.Post], ServeAsync);

    private static async Task ServeAsync(
        HttpContext context, HttpTunnels tunnels, TunnelOpener opener, GatewayMetrics metrics, TimeProvider time)
    {
        try
        {
            var query = context.Request.QueryString.Value is { Length: > 0 } given
                ? given[1..]
                : throw GuacamoleException.BadRequest("No query string provided.");
            if (query == "connect")
            {
                await ConnectAsync(context, tunnels, opener, metrics, time);
                return;
            }
            var token = Token(context);
            if (query.StartsWith("read:", StringComparison.Ordinal))
                await ReadAsync(context, tunnels.Require(token), tunnels);
            else if (query.StartsWith("write:", StringComparison.Ordinal))
                await WriteAsync(context, tunnels.Require(token));
            else
                throw GuacamoleException.BadRequest($"Invalid tunnel operation: {query}");
        }
        catch (Exception e) when (e is GuacamoleException or MySqlException && !context.Response.HasStarted)
        {
            Refuse(context, e as GuacamoleException ?? GuacamoleException.Of(GuacamoleStatus.ServerError, "The database does not answer."));
        }
    }

    private static async Task ConnectAsync(
        HttpContext context, HttpTunnels tunnels, TunnelOpener opener, GatewayMetrics metrics, TimeProvider time)
    {
        var span = TunnelSpan.Start(context);
        var start = time.GetTimestamp();
        try
        {
            var form = context.Request.HasFormContentType
                ? await context.Request.ReadFormAsync(context.RequestAborted)
                : FormCollection.Empty;
            var request = TunnelRequest.Parse(context, name => form[name]);
            var tunnel = await opener.OpenAsync(request, span.Phase, context.RequestAborted);
            metrics.Handshake(time.GetElapsedTime(start), "success");
            span.Opened(tunnel);
            span.Connected();
            context.Response.Headers[TokenHeader] = tunnels.Add(tunnel, span).Token;
            context.Response.Headers.CacheControl = "no-cache";
            await context.Response.WriteAsync(tunnel.Uuid);
        }
        catch (GuacamoleException e)
        {
            metrics.Handshake(time.GetElapsedTime(start), e.TunnelStatus.Code.ToString(CultureInfo.InvariantCulture));
            span.Failed(e.TunnelStatus, e.Message);
            span.Dispose();
            throw;
        }
        catch
        {
            span.Dispose();
            throw;
        }
    }

    private static async Task ReadAsync(HttpContext context, HttpTunnel tunnel, HttpTunnels tunnels)
    {
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        context.Response.ContentType = MediaTypeNames.Application.Octet;
        context.Response.Headers.CacheControl = "no-cache";
        await tunnel.ReadAsync(context.Response.Body, context.RequestAborted);
        if (!tunnel.IsOver)
            return;
        // The tunnel's row may have to wait for the database; its client does not.
        await context.Response.CompleteAsync();
        await tunnels.EndAsync(tunnel);
    }

    private static async Task WriteAsync(HttpContext context, HttpTunnel tunnel)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        await tunnel.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
        context.Response.ContentType = MediaTypeNames.Application.Octet;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.ContentLength = 0;
    }

    /// <summary>The UUID in the query is not looked at: the header alone is the key.</summary>
    private static string Token(HttpContext context) => context.Request.Headers[TokenHeader].ToString() is { Length: > 0 } token
        ? token
        : throw GuacamoleException.BadRequest("The HTTP tunnel session token is required for all requests after connecting.");

    private static void Refuse(HttpContext context, GuacamoleException error)
    {
        var status = error.TunnelStatus;
        context.Response.Clear();
        context.Response.StatusCode = status.HttpCode;
        context.Response.Headers["Guacamole-Status-Code"] = status.Code.ToString(CultureInfo.InvariantCulture);
        // A header holds no line breaks and only ASCII; what went wrong inside is nobody's business.
        context.Response.Headers["Guacamole-Error-Message"] = status.HttpCode >= 500
            ? "Internal server error."
            : new string([.. error.Message.Select(character => character is >= ' ' and <= '~' ? character : '?')]);
    }
}
