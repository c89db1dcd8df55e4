using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Aspire.Hosting.Testing;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using static GuacAspire.Tests.EndToEnd.Conformance.RuleGateway;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>
/// Replays the recorded sessions that show a picture with the system's own guacd and the Xvnc of a desktop behind the Gateway.
/// </summary>
public sealed class RealTunnelTests(RunningSystem system, SharedDesktop shared) : IClassFixture<SharedDesktop>, IAsyncLifetime
{
    private const string Tunnels = "/guacamole/api/session/tunnels";
    private readonly Variables _variables = new();
    private readonly Differences _differences = new();
    private readonly IReadOnlyDictionary<string, RecordedSession> _sessions = Recording.Sessions();
    private Dictionary<string, string> _desktop = [];
    private GatewayUnderTest _gateway = null!;
    private HttpClient _admin = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var ticket = await shared.Owner.TicketAsync(shared.Desktop.Id);
        await using (var operators = await GuacamoleAdmin.SignInAsync(system))
            _desktop = await operators.ParametersAsync(ticket.Connection);
        system.Secrets.Keep("a ticket's token", ticket.Token);
        system.Secrets.Keep("a desktop's VNC password", _desktop["password"]);
        var guacd = system.App.GetEndpoint("guacd", "tcp");
        _gateway = await GatewayUnderTest.StartAsync(
            await system.ConnectionStringAsync("guacamole-db"), ("GUACD_HOSTNAME", guacd.Host), ("GUACD_PORT", $"{guacd.Port}"));
        _admin = await SignInAsync("admin", ("username", "guacadmin"), ("password", "guacadmin"));
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task EverySessionThatShowsAPictureGoesAsRecorded()
    {
        await ConnectionAsync("c1");
        foreach (var name in (string[])
            [
                "client closes websocket", "no subprotocol requested", "two subprotocols requested", "wrong length prefix",
                "binary message",
                "oversized text message (200 kB)", "unicode in instruction (ping with emoji)",
                "minimal parameters (no size, no dpi, no mime types)",
            ])
        {
            await RunAsync(name);
        }

        await RunAsync("permessage-deflate offered", options => options.DangerousDeflateOptions = new WebSocketDeflateOptions());
        await RunAsync("foreign Origin header", options => options.SetRequestHeader("Origin", "https://elsewhere.example"));
        await RunAsync("websocket-level ping", options => options.KeepAliveInterval = TimeSpan.FromMilliseconds(50));

        var group = await CreateAsync("connectionGroups", new { name = "balanced", type = "BALANCING", attributes = new { } });
        _variables["gBal"] = group;
        await ConnectionAsync("one of the group", group);
        await RunAsync("balancing group ok");
        await ConnectionAsync("cMax", attribute: "max-connections");
        await RunAsync("max-connections=1, first");
        await ConnectionAsync("cMaxU", attribute: "max-connections-per-user");
        await RunAsync("max-connections-per-user=1, first");
    }

    [Fact]
    public async Task SessionsThatOthersEndGoAsRecorded()
    {
        await ConnectionAsync("c1");
        await RunAsync("killed by DELETE", async tunnel =>
            await AskAsync(_admin, HttpMethod.Delete, $"activeConnections/{tunnel.Uuid}", null, HttpStatusCode.NoContent));
        await RunAsync("killed by DELETE on tunnel", async tunnel =>
            await AskAsync(_admin, HttpMethod.Delete, $"{Tunnels}/{tunnel.Uuid}/activeConnection", null, HttpStatusCode.NoContent));
        await ConnectionAsync("cTmp");
        await RunAsync("connection deleted while tunnel is open", async _ =>
            await AskAsync(_admin, HttpMethod.Delete, _variables.Fill("connections/{{cTmp}}"), null, HttpStatusCode.NoContent));

        using var viewer = await ViewerAsync();
        await RunAsync("revoke permission while tunnel is open", _ => PermitAsync("remove"));
        await PermitAsync("add");
        await RunAsync("logout while tunnel is open", async _ =>
            await AskAsync(viewer, HttpMethod.Delete, "/guacamole/api/session", null, HttpStatusCode.NoContent));
    }

    [Fact]
    public async Task WhoeverJoinsSeesThePictureAndOnlySomeMayMoveTheMouse()
    {
        await ConnectionAsync("c1");
        using var viewer = await ViewerAsync();
        await using var primary = await OpenAsync("vnc ok", 1100);
        _variables["key"] = await ShareAsync(primary, "look", isReadOnly: true);
        _variables["key2"] = await ShareAsync(primary, "touch", isReadOnly: false);
        (await SignInAsync("anon", ("key", _variables.Fill("{{key}}")))).Dispose();
        await using var looking = await Tunnel.OpenAsync(
            new Uri(_gateway.Address, "/guacamole/"), _variables.Fill("{{anon}}"), "mysql-shared", _variables.Fill("{{key}}"));
        await looking.ReadUntilAsync("img");
        await looking.ReadUntilAsync("sync");
        await SignInAsync("viewer", ("token", _variables.Fill("{{viewer}}")), ("key", _variables.Fill("{{key2}}")));
        await using var touching = await OpenAsync("viewer joins shared (rw, second key)", 300);

        using var agent = new AgentClient(shared.Container);
        var start = TimeProvider.System.GetTimestamp();
        foreach (var x in (string[])["500", "520", "540"])
            await looking.SendAsync("mouse", x, "400", "0");
        var step = 0;
        var moved = await Eventually.GetAsync(
            async () =>
            {
                await touching.SendAsync(Instructions.Format("mouse", $"{300 + (20 * (++step % 10))}", "300", "0"));
                return ((await agent.StatusAsync()).LastInput, Elapsed: TimeProvider.System.GetElapsedTime(start).TotalSeconds);
            },
            seen => seen.LastInput < seen.Elapsed,
            "Blender to see the mouse of who may move it");
        Assert.NotNull(moved.LastInput);

        await AskAsync(_admin, HttpMethod.Delete, $"activeConnections/{primary.Uuid}", null, HttpStatusCode.NoContent);
        await FinishAsync(primary);
        await FinishAsync(touching);
        await RunAsync("anonymous tunnel after primary ended");
    }

    private Task RunAsync(string name, Action<ClientWebSocketOptions>? configure = null) =>
        RunAsync(name, _ => Task.CompletedTask, configure);

    /// <summary>Plays a session up to where something happened to it, lets it happen, and plays the rest.</summary>
    private async Task RunAsync(string name, Func<TunnelReplay, Task> happen, Action<ClientWebSocketOptions>? configure = null)
    {
        await using var replay = await OpenAsync(name, 100, configure);
        await happen(replay);
        await FinishAsync(replay);
    }

    private async Task<TunnelReplay> OpenAsync(string name, int until, Action<ClientWebSocketOptions>? configure = null)
    {
        var replay = await TunnelReplay.OpenAsync(_gateway.Address, _sessions[name], _variables, configure, isReal: true);
        return await replay.UntilAsync(until);
    }

    private async Task FinishAsync(TunnelReplay replay)
    {
        await replay.FinishAsync();
        Assert.True(
            _differences.AreAlike(replay.Expected, replay.Actual),
            $"'{replay.Name}':\n wanted {string.Join(" | ", replay.Expected)}\n given  {string.Join(" | ", replay.Actual)}");
    }

    private async Task<string> CreateAsync(string directory, object value) =>
        (await AskAsync(_admin, HttpMethod.Post, directory, value, HttpStatusCode.OK)).GetProperty("identifier").GetString()!;

    private async Task ConnectionAsync(string name, string parent = "ROOT", string? attribute = null)
    {
        Dictionary<string, string> attributes = attribute is null ? [] : new() { [attribute] = "1" };
        _variables[name] = await CreateAsync(
            "connections", new { name, parentIdentifier = parent, protocol = "vnc", parameters = _desktop, attributes });
    }

    private async Task<string> ShareAsync(TunnelReplay tunnel, string name, bool isReadOnly)
    {
        Dictionary<string, string> parameters = isReadOnly ? new() { ["read-only"] = "true" } : [];
        var profile = await CreateAsync(
            "sharingProfiles", new { name, primaryConnectionIdentifier = _variables.Fill("{{c1}}"), parameters, attributes = new { } });
        var credentials = await GetAsync(_admin, $"activeConnections/{tunnel.Uuid}/sharingCredentials/{profile}");
        return credentials.GetProperty("values").GetProperty("key").GetString()!;
    }

    private async Task<HttpClient> ViewerAsync()
    {
        await AskAsync(
            _admin, HttpMethod.Post, "users", new { username = "viewer", password = "viewer", attributes = new { } }, HttpStatusCode.OK);
        await PermitAsync("add");
        return await SignInAsync("viewer", ("username", "viewer"), ("password", "viewer"));
    }

    private Task<JsonElement> PermitAsync(string op) => AskAsync(
        _admin, HttpMethod.Patch, "users/viewer/permissions",
        new[] { new { op, path = _variables.Fill("/connectionPermissions/{{c1}}"), value = "READ" } }, HttpStatusCode.NoContent);

    /// <summary>Signs in, and keeps the token under the name that the recordings have for it.</summary>
    private async Task<HttpClient> SignInAsync(string variable, params (string Name, string Value)[] fields)
    {
        var http = new HttpClient { BaseAddress = _gateway.Address };
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await http.PostAsync("/guacamole/api/tokens", form, Cancelled);
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("authToken").GetString()!;
        _variables[variable] = token;
        http.DefaultRequestHeaders.Add("Guacamole-Token", token);
        return http;
    }
}
