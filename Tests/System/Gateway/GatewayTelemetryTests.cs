using System.Net;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Otlp;

namespace GuacAspire.Tests.EndToEnd.Gateway;

public sealed class GatewayTelemetryTests(RunningSystem system, OwnGateway gateway) : IClassFixture<OwnGateway>
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static readonly string[] Phases =
    [
        "tunnel.accepted", "tunnel.authorized", "history.recorded", "guacd.connected", "guacd.select", "guacd.args", "guacd.connect",
        "guacd.ready",
        "tunnel.ready",
    ];

    [Fact]
    public async Task ATunnelIsASpanInTheCallersTraceAndNothingSecretIsInAny()
    {
        var data = JsonSeal.Seal(new
        {
            username = "traced",
            connections = new { desk = new { protocol = "vnc", parameters = new { hostname = "10.0.0.9", password = "a VNC password" } } },
        });
        system.Secrets.Keep("sealed JSON", data[..60]);
        system.Secrets.Keep("a parameter", "a VNC password");
        system.Secrets.Keep("a wrong password", "what-somebody-mistyped");
        system.Secrets.Keep("a share's key", "Zq3v0pXGsomeShareKeyThatIsNoOnesBusiness");
        using (var wrong = await gateway.PostTokensAsync("203.0.113.90", ("username", "guacadmin"), ("password", "what-somebody-mistyped")))
            Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);
        using var answer = await gateway.PostTokensAsync("198.51.100.91", ("data", data));
        var token = gateway.Token(await OwnGateway.ReadAsync(answer, HttpStatusCode.OK));
        await gateway.GetAsync("api/session/data/json/connections/desk", token);
        await gateway.GetAsync($"api/session/data/json/self?token={token}", token);
        await using (var refused = await Tunnel.OpenAsync(
            gateway.Http.BaseAddress!, token, "mysql-shared", "Zq3v0pXGsomeShareKeyThatIsNoOnesBusiness"))
            await foreach (var _ in refused.ReadAsync())
                Assert.Fail("No share has this key.");
        await using (var tunnel = await Tunnel.OpenAsync(
            gateway.Http.BaseAddress!, token, "json", "desk", $"00-{Trace}-b7ad6b7169203331-01"))
            await tunnel.ReadUntilAsync("sync");
        (await gateway.SendAsync(HttpMethod.Delete, $"api/tokens/{token}", null)).Dispose();

        var spans = await Eventually.GetAsync(
            () => Task.FromResult(Spans()),
            found => found.Any(span => span.TraceId == Trace && span.Name == "guacamole.tunnel")
                && found.Any(span => span.Name.StartsWith("DELETE", StringComparison.Ordinal)),
            "the tunnel's span");
        Assert.Contains(spans, span => span.Name == "GET /api/session/data/json/connections/{identifier}");
        Assert.Contains(spans, span => span.Name == "DELETE /api/tokens/{token}");
        Assert.Equal(Phases, spans.Single(span => span.TraceId == Trace && span.Name == "guacamole.tunnel.connect").Events);
        Assert.Equal(
            [.. Phases, "guacd.first_sync"], spans.Single(span => span.TraceId == Trace && span.Name == "guacamole.tunnel").Events);
        foreach (var metric in new[] { "guacaspire.tunnel.count", "guacaspire.tunnel.duration", "guacaspire.tunnel.io", "guacaspire.tunnel.messages", "guacaspire.tunnel.handshake.duration", "guacaspire.gateway.logins" })
            await Eventually.TrueAsync(
                () => Task.FromResult(system.Telemetry.Metrics.ContainsKey((OwnGateway.Service, metric))), $"the metric {metric}");

        var log = gateway.Log();
        foreach (var (secret, name) in system.Secrets.All)
        {
            Assert.True(system.Telemetry.WhereIs(secret) is { Count: 0 },
                $"{name} was exported: {string.Join('\n', system.Telemetry.WhereIs(secret))}");
            Assert.False(log.Contains(secret, StringComparison.Ordinal), $"{name} was logged.");
        }
    }

    private ReceivedSpan[] Spans() => [.. system.Telemetry.Spans.Where(span => span.Service == OwnGateway.Service)];
}
