using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Gateway;

public sealed class JsonUserTests(OwnGateway gateway) : IClassFixture<OwnGateway>
{
    private const string Data = "api/session/data/json";
    private const string Address = "198.51.100.1";
    private static readonly object NoConnections = new { };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhomAnotherSystemVouchesForIsLetInAndSeesHisConnections()
    {
        var answer = await SignInAsync(
            new { username = "jo", expires = Soon(), connections = new { desk = Vnc("10.0.0.7"), other = Vnc("10.0.0.8") } });
        Assert.Equal(("jo", "json"), (answer.GetProperty("username").GetString(), answer.GetProperty("dataSource").GetString()));
        Assert.Equal("""["mysql","mysql-shared","json"]""", answer.GetProperty("availableDataSources").GetRawText());
        var token = gateway.Token(answer);

        Assert.Equal("""{"username":"jo","disabled":false,"attributes":{}}""", (await gateway.GetAsync($"{Data}/self", token)).GetRawText());
        Assert.Equal(
            """{"name":"desk","identifier":"desk","parentIdentifier":"ROOT","protocol":"vnc","attributes":{},"activeConnections":0}""",
            (await gateway.GetAsync($"{Data}/connections/desk", token)).GetRawText());
        var tree = await gateway.GetAsync("api/data/json/connectionGroups/ROOT/tree", token);
        Assert.Equal(["desk", "other"],
            tree.GetProperty("childConnections").EnumerateArray().Select(child => child.GetProperty("name").GetString()).Order());
        var permissions = await gateway.GetAsync($"{Data}/self/effectivePermissions", token);
        Assert.Equal("""["READ"]""", permissions.GetProperty("connectionPermissions").GetProperty("desk").GetRawText());
        await gateway.GetAsync($"{Data}/connections/desk/parameters", token, HttpStatusCode.Forbidden);
        await gateway.GetAsync($"{Data}/connections/unknown", token, HttpStatusCode.NotFound);
        using var body = JsonContent.Create(new { name = "more", protocol = "vnc" });
        using var created = await gateway.SendAsync(HttpMethod.Post, $"{Data}/connections", token, body);
        Assert.Equal(HttpStatusCode.Forbidden, created.StatusCode);

        // To the database he is a stranger.
        Assert.Equal("{}", (await gateway.GetAsync("api/session/data/mysql/connections", token)).GetRawText());
        Assert.Equal(
            "[]", (await gateway.GetAsync("api/session/data/mysql/self/permissions", token)).GetProperty("systemPermissions").GetRawText());
        var admin = await gateway.SignInAsAdminAsync();
        await gateway.GetAsync($"{Data}/self", admin, HttpStatusCode.NotFound);
        Assert.Contains(
            (await gateway.GetAsync("api/session/data/mysql/history/users", admin)).EnumerateArray(),
            record => record.GetProperty("username").GetString() == "jo" && record.GetProperty("remoteHost").GetString() == Address);
    }

    [Fact]
    public async Task WhatIsNotRightIsRefusedWithoutAReason()
    {
        var good = new { username = "jo", expires = Soon(), connections = NoConnections };
        var refusals = new[]
        {
            await RefusedAsync(JsonSeal.Seal(good, "00000000000000000000000000000000")),
            await RefusedAsync(
                JsonSeal.Seal(new { username = "jo", expires = JsonSeal.In(TimeSpan.FromMinutes(-1)), connections = NoConnections })),
            await RefusedAsync(JsonSeal.Seal(new { username = "jo", surprise = 1 })),
            await RefusedAsync("AAAA"),
            await RefusedAsync(JsonSeal.Seal(good), "203.0.113.77"),
        };
        Assert.Single(refusals.Distinct());
        Assert.Contains("INVALID_CREDENTIALS", refusals[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsForASingleUseIsUsedOnce()
    {
        var data = JsonSeal.Seal(new { username = "once", expires = Soon(), singleUse = true, connections = NoConnections });
        using (var first = await gateway.PostTokensAsync("198.51.100.2", ("data", data)))
            await OwnGateway.ReadAsync(first, HttpStatusCode.OK);
        await RefusedAsync(data, "198.51.100.2");
        await RefusedAsync(JsonSeal.Seal(new { username = "once", singleUse = true, connections = NoConnections }), "198.51.100.2");
    }

    [Fact]
    public async Task HisTunnelLeadsWhereTheJsonSaysAndOthersMayJoin()
    {
        var parameters =
            new Dictionary<string, string> { ["hostname"] = "10.0.0.9", ["port"] = "5901", ["password"] = "for ${GUAC_USERNAME}" };
        var owner = gateway.Token(await SignInAsync(new
        {
            username = "owner",
            expires = Soon(),
            connections = new { desk = new { id = "shared-id", protocol = "vnc", parameters, singleUse = true } },
        }));
        var guest = gateway.Token(await SignInAsync(new
        {
            username = "guest",
            connections = new { look = new { join = "shared-id", parameters = new Dictionary<string, string> { ["read-only"] = "true" } } },
        }));
        await RefusedTunnelAsync(guest, "look", "516");

        await using var tunnel = await Tunnel.OpenAsync(gateway.Http.BaseAddress!, owner, "json", "desk");
        await tunnel.ReadUntilAsync("sync");
        var (id, select, connect) = gateway.Guacd.Connections.Last();
        Assert.Equal("vnc", select);
        Assert.Equal(["VERSION_1_5_0", "10.0.0.9", "5901", "for owner", ""], connect);
        await RefusedTunnelAsync(owner, "desk", "516");

        await using var joined = await Tunnel.OpenAsync(gateway.Http.BaseAddress!, guest, "json", "look");
        await joined.ReadUntilAsync("sync");
        Assert.Equal((id, "true"), (gateway.Guacd.Connections.Last().Select, gateway.Guacd.Connections.Last().Connect[^1]));

        // It is in the history, but not among the database's active connections, and not the guest's to end.
        var admin = await gateway.SignInAsAdminAsync();
        Assert.Equal("{}", (await gateway.GetAsync("api/session/data/mysql/activeConnections", admin)).GetRawText());
        var history = (await gateway.GetAsync("api/session/data/mysql/history/connections", admin)).EnumerateArray().ToList();
        Assert.Contains(history, row => row.GetProperty("connectionName").GetString() == "desk" && row.GetProperty("connectionIdentifier").ValueKind == JsonValueKind.Null);

        // Who signs out takes his tunnels with him, and those who joined them.
        using (var ended = await gateway.SendAsync(HttpMethod.Delete, "api/session", owner))
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await ClosedAsync(tunnel);
        await ClosedAsync(joined);
        await RefusedTunnelAsync(guest, "look", "516");
    }

    [Fact]
    public async Task AUserOfTheDatabaseKeepsHisRightsThere()
    {
        var token = gateway.Token(
            await SignInAsync(new { username = RunningSystem.AdminName, expires = Soon(), connections = NoConnections }));
        var permissions = await gateway.GetAsync("api/session/data/mysql/self/effectivePermissions", token);
        Assert.Contains("ADMINISTER", permissions.GetProperty("systemPermissions").GetRawText(), StringComparison.Ordinal);
    }

    private static long Soon() => JsonSeal.In(TimeSpan.FromMinutes(5));

    private static object Vnc(string host) => new { protocol = "vnc", parameters = new { hostname = host } };

    private async Task<JsonElement> SignInAsync(object user)
    {
        using var answer = await gateway.PostTokensAsync(Address, ("data", JsonSeal.Seal(user)));
        return await OwnGateway.ReadAsync(answer, HttpStatusCode.OK);
    }

    private async Task<string> RefusedAsync(string data, string address = "198.51.100.3")
    {
        using var answer = await gateway.PostTokensAsync(address, ("data", data));
        return (await OwnGateway.ReadAsync(answer, HttpStatusCode.Forbidden)).GetRawText();
    }

    private async Task RefusedTunnelAsync(string token, string connection, string reason)
    {
        await using var tunnel = await Tunnel.OpenAsync(gateway.Http.BaseAddress!, token, "json", connection);
        await ClosedAsync(tunnel, WebSocketCloseStatus.ProtocolError, reason);
    }

    private static async Task ClosedAsync(
        Tunnel tunnel, WebSocketCloseStatus status = WebSocketCloseStatus.NormalClosure, string reason = "0")
    {
        await foreach (var _ in tunnel.ReadAsync().WithCancellation(Cancelled))
        {
            // What was still under way.
        }

        Assert.Equal((status, reason), (tunnel.CloseStatus, tunnel.CloseReason));
    }
}
