using System.Net.WebSockets;
using System.Text;
using GuacAspire.Gateway;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Guacd;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Telemetry;
using GuacAspire.Gateway.Tunnels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GuacAspire.Tests.Unit.Gateway.Tunnels;

/// <summary>The Gateway's relay on a real web server, between a real WebSocket and a fake guacd; there is no database.</summary>
internal sealed class TunnelHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _opened;

    private TunnelHost(WebApplication app) => _app = app;

    public FakeGuacd Guacd { get; } = new();

    /// <summary>The tunnel that was opened last.</summary>
    public Tunnel? Tunnel { get; private set; }

    public Uri Address => new(new Uri(_app.Urls.First().Replace("http", "ws", StringComparison.Ordinal)), "/guacamole/tunnel-under-test");

    public HttpClient Http => new() { BaseAddress = new Uri(_app.Urls.First()) };

    public static async Task<TunnelHost> StartAsync(bool compression = false)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["WEBSOCKET_COMPRESSION"] = compression ? "true" : "false";
        // Nobody listens there.
        builder.Configuration["MYSQL_PORT"] = "1";
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddGateway();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var host = new TunnelHost(app);
        app.MapGateway();
        app.Map("/tunnel-under-test", host.ServeAsync);
        await app.StartAsync();
        return host;
    }

    /// <summary>Opens a tunnel and reads its UUID; the stream is guacd's side.</summary>
    public async Task<(ClientWebSocket Client, Stream Guacd)> OpenAsync(CancellationToken cancel, bool offersCompression = false)
    {
        var client = new ClientWebSocket();
        client.Options.AddSubProtocol("guacamole");
        client.Options.CollectHttpResponseDetails = true;
        if (offersCompression)
            client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        var accepting = Guacd.AcceptAsync(cancel);
        await client.ConnectAsync(Address, cancel);
        var guacd = await accepting;
        Assert.StartsWith("0.,36.", await ReceiveAsync(client, cancel), StringComparison.Ordinal);
        return (client, guacd);
    }

    /// <summary>One whole message, or null when the other side has closed.</summary>
    public static async Task<string?> ReceiveAsync(WebSocket client, CancellationToken cancel)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await client.ReceiveAsync(buffer.AsMemory(), cancel);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(message.ToArray());
        }
    }

    public static Task SendAsync(WebSocket client, string text, CancellationToken cancel) =>
        client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancel);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Guacd.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var time = services.GetRequiredService<TimeProvider>();
        var registry = services.GetRequiredService<TunnelRegistry>();
        using var span = TunnelSpan.Start(context);
        using var socket = await TunnelApi.AcceptAsync(context, services.GetRequiredService<GatewayOptions>());
        var guacd = await GuacdConnection.OpenAsync(new GuacdAddress("127.0.0.1", Guacd.Port, Tls: false), context.RequestAborted);
        var client = new ClientInformation(1024, 768, 96, [], [], [], null, null);
        await guacd.HandshakeAsync(new GuacdRequest("vnc", new Dictionary<string, string>(), client), _ => { }, context.RequestAborted);
        var session = new Session(SessionStore.NewToken(), new Account(), null, null, time);
        services.GetRequiredService<SessionStore>().Add(session);
        Tunnel = new Tunnel(Interlocked.Increment(ref _opened), session, new ConnectionRow(), guacd, time.GetUtcNow()) { Seats = null };
        registry.Add(Tunnel);
        await TunnelApi.RelayAsync(socket, Tunnel, registry, span, services.GetRequiredService<GatewayMetrics>(), time);
    }
}
