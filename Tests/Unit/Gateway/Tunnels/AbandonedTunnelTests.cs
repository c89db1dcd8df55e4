using GuacAspire.Gateway;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Guacd;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Tunnels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Gateway.Tunnels;

public class AbandonedTunnelTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_are_ended_though_the_database_is_away()
    {
        using var guacd = new FakeGuacd();
        await using var app = Build();
        var abandoned = new List<Tunnel>();
        using var tunnels = app.Services.GetRequiredService<HttpTunnels>();
        for (var history = 1; history <= 3; history++)
        {
            var tunnel = await OpenAsync(guacd, history);
            app.Services.GetRequiredService<TunnelRegistry>().Add(tunnel);
            tunnels.Add(tunnel, TunnelSpan.Start(new DefaultHttpContext()));
            abandoned.Add(tunnel);
        }

        await tunnels.StartAsync(Cancelled);
        await Eventually.TrueAsync(_time, TimeSpan.FromSeconds(1), () => abandoned.TrueForAll(tunnel => tunnel.Closing.IsCompleted));
        Assert.False(tunnels.ExecuteTask!.IsCompleted);
        await tunnels.StopAsync(Cancelled);
    }

    [Fact]
    public async Task The_last_read_ends_though_the_database_is_away()
    {
        using var guacd = new FakeGuacd();
        await using var app = Build();
        app.MapHttpTunnelApi();
        await app.StartAsync(Cancelled);
        var accepting = guacd.AcceptAsync(Cancelled);
        var tunnel = await OpenAsync(guacd, history: 1);
        await tunnel.Guacd.HandshakeAsync(
            new GuacdRequest("vnc", new Dictionary<string, string>(), new ClientInformation(1024, 768, 96, [], [], [], null, null)), _ => { }, Cancelled);
        app.Services.GetRequiredService<TunnelRegistry>().Add(tunnel);
        var token = app.Services.GetRequiredService<HttpTunnels>().Add(tunnel, TunnelSpan.Start(new DefaultHttpContext())).Token;

        await using (var desktop = await accepting)
            await FakeGuacd.WriteAsync(desktop, "4.name,1.x;");
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/tunnel?read:x:0");
        ask.Headers.Add("Guacamole-Tunnel-Token", token);
        using var answer = await http.SendAsync(ask, Cancelled).WaitAsync(Eventually.Patience, Cancelled);

        Assert.Equal("4.name,1.x;0.;", await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder();
        // Nobody listens there.
        builder.Configuration["MYSQL_PORT"] = "1";
        builder.AddGateway();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    private async Task<Tunnel> OpenAsync(FakeGuacd guacd, int history)
    {
        var connection = await GuacdConnection.OpenAsync(new GuacdAddress("127.0.0.1", guacd.Port, Tls: false), Cancelled);
        var session = new Session(SessionStore.NewToken(), new Account(), null, null, _time);
        return new Tunnel(history, session, new ConnectionRow(), connection, _time.GetUtcNow()) { Seats = null };
    }
}
