using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Guacd;
using static GuacAspire.Tests.EndToEnd.Conformance.RuleGateway;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>Rules of the stock server that no recording shows: about sessions, accounts and what others share.</summary>
public sealed class SessionRuleTests(RuleGateway gateway) : IClassFixture<RuleGateway>
{
    private const string Shared = "/guacamole/api/session/data/mysql-shared";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASessionWhosePasswordHasExpiredCannotBeRenewed()
    {
        var (name, user) = await gateway.UserAsync();
        await ChangeAsync(name, new() { ["expired"] = "true" });
        using var renewed = await gateway.PostTokensAsync(("token", user.DefaultRequestHeaders.GetValues("Guacamole-Token").Single()));
        var error = await renewed.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal((HttpStatusCode.Forbidden, "INSUFFICIENT_CREDENTIALS"), (renewed.StatusCode, error.GetProperty("type").GetString()));
        await GetAsync(user, "self");

        using var replaced = await gateway.PostTokensAsync(
            ("username", name), ("password", name), ("new-password", "another"), ("confirm-new-password", "another"));
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        await gateway.SignInAsync(name, "another");
    }

    [Theory]
    [InlineData("Basic bm8gY29sb24=", HttpStatusCode.Forbidden)]
    [InlineData("Basic !", HttpStatusCode.BadRequest)]
    [InlineData("Bearer token", HttpStatusCode.Forbidden)]
    [InlineData("Basic Z3VhY2FkbWluOmd1YWNhZG1pbg==", HttpStatusCode.OK)]
    public async Task AHeaderThatNamesNobodyIsNoSignIn(string authorization, HttpStatusCode expected)
    {
        using var http = new HttpClient { BaseAddress = gateway.Gateway.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/guacamole/api/tokens") { Content = new FormUrlEncodedContent([]) };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await http.SendAsync(request, Cancelled);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task DaysAndHoursAreMeantInTheUsersTimeZone()
    {
        var (name, _) = await gateway.UserAsync();
        // Two time zones that are never in the same hour, and whose dates differ for most of the day.
        foreach (var (zone, offset) in new[] { ("Pacific/Kiritimati", 14), ("Pacific/Pago_Pago", -11), ("GMT-9", -9) })
        {
            var there = DateTime.UtcNow.AddHours(offset);
            await ChangeAsync(name, Window(zone, there.AddHours(-2), there.AddHours(2), there));
            await SignInAsync(name, HttpStatusCode.OK, null);
            await ChangeAsync(name, Window(zone, there.AddHours(2), there.AddHours(4), there));
            await SignInAsync(name, HttpStatusCode.BadRequest, "LOGIN.ERROR_NOT_ACCESSIBLE");
            await ChangeAsync(name, Window(zone, null, null, there.AddDays(2)));
            await SignInAsync(name, HttpStatusCode.BadRequest, "LOGIN.ERROR_NOT_VALID");
        }
    }

    [Fact]
    public async Task TheKeyOfAShareLetsInWhoeverElseOneClaimsToBe()
    {
        gateway.Gateway.Guacd.Script = GuacdScript.Playing("4.sync,1.1;");
        var connection = await gateway.ConnectionAsync();
        var profile = await gateway.ProfileAsync(connection);
        await using var tunnel = await OpenAsync(gateway.Admin, connection);
        var path = $"/guacamole/api/session/tunnels/{await UuidAsync(connection)}/activeConnection";
        var credentials = await GetAsync(gateway.Admin, $"{path}/sharingCredentials/{profile}");
        var key = credentials.GetProperty("values").GetProperty("key").GetString()!;
        using var wrong = await gateway.PostTokensAsync(("username", "guacadmin"), ("password", "wrong"), ("key", key));
        var guest = await wrong.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(("", "mysql-shared"), (guest.GetProperty("username").GetString(), guest.GetProperty("dataSource").GetString()));
        using var nonsense = await gateway.PostTokensAsync(("username", "guacadmin"), ("password", "wrong"), ("key", "nonsense"));
        Assert.Equal(HttpStatusCode.Forbidden, nonsense.StatusCode);
    }

    [Fact]
    public async Task AKeyThatIsTakenBackEndsWhoeverHasComeByItAndNobodyElse()
    {
        gateway.Gateway.Guacd.Script = GuacdScript.Playing("4.sync,1.1;");
        var (name, user) = await gateway.UserAsync();
        var connection = await gateway.ConnectionAsync();
        var profile = await gateway.ProfileAsync(connection);
        await gateway.GrantAsync(name, $"/connectionPermissions/{connection}", "READ");
        await using var tunnel = await OpenAsync(gateway.Admin, connection);
        var path = $"activeConnections/{await UuidAsync(connection)}/sharingCredentials";
        var (taken, kept) = (await KeyAsync(), await KeyAsync());
        await using var first = await JoinAsync(taken);
        await using var second = await JoinAsync(taken);
        await using var other = await JoinAsync(kept);

        var patch = new[] { new { op = "remove", path = $"/{taken}" } };
        await AskAsync(user, HttpMethod.Patch, path, patch, HttpStatusCode.Forbidden);
        await AskAsync(gateway.Admin, HttpMethod.Patch, path, new[] { new { op = "add", path = "/x" } }, HttpStatusCode.NotImplemented);
        await Eventually.TrueAsync(async () => await OpenTunnelsAsync() == 4, "everybody to be connected");
        await AskAsync(gateway.Admin, HttpMethod.Patch, path, patch, HttpStatusCode.NoContent);
        Assert.Equal(2, await OpenTunnelsAsync());
        await AskAsync(gateway.Admin, HttpMethod.Patch, path, patch, HttpStatusCode.NoContent);
        using var late = await gateway.PostTokensAsync(("key", taken));
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        using var welcome = await gateway.PostTokensAsync(("key", kept));
        Assert.Equal(HttpStatusCode.OK, welcome.StatusCode);

        async Task<string> KeyAsync() =>
            (await GetAsync(gateway.Admin, $"{path}/{profile}")).GetProperty("values").GetProperty("key").GetString()!;

        async Task<Tunnel> JoinAsync(string key)
        {
            using var answer = await gateway.PostTokensAsync(("key", key));
            var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("authToken").GetString()!;
            return await Tunnel.OpenAsync(new Uri(gateway.Gateway.Address, "/guacamole/"), token, "mysql-shared", key);
        }

        async Task<int> OpenTunnelsAsync() => (await GetAsync(gateway.Admin, "activeConnections")).EnumerateObject()
            .Count(one => one.Value.GetProperty("connectionIdentifier").GetString() == connection);
    }

    [Fact]
    public async Task WhoAdministersAConnectionMayShareWhatOthersHaveOpenOfIt()
    {
        gateway.Gateway.Guacd.Script = GuacdScript.Playing("4.sync,1.1;");
        var (name, user) = await gateway.UserAsync();
        var connection = await gateway.ConnectionAsync();
        var profile = await gateway.ProfileAsync(connection);
        await gateway.GrantAsync(name, $"/sharingProfilePermissions/{profile}", "READ");
        await gateway.GrantAsync(name, $"/connectionPermissions/{connection}", "READ", "UPDATE");
        await using var tunnel = await OpenAsync(gateway.Admin, connection);
        var path = $"activeConnections/{await UuidAsync(connection)}/sharingCredentials/{profile}";
        await GetAsync(user, path, HttpStatusCode.Forbidden);
        await gateway.GrantAsync(name, $"/connectionPermissions/{connection}", "ADMINISTER");
        Assert.NotEmpty((await GetAsync(user, path)).GetProperty("values").GetProperty("key").GetString()!);
    }

    [Fact]
    public async Task AnOpenTunnelLeadsToItsConnectionAndIsItsUsersToEnd()
    {
        gateway.Gateway.Guacd.Script = GuacdScript.Playing("4.sync,1.1;");
        var (name, user) = await gateway.UserAsync();
        var (otherName, other) = await gateway.UserAsync();
        var connection = await gateway.ConnectionAsync();
        await gateway.GrantAsync(name, $"/connectionPermissions/{connection}", "READ");
        await gateway.GrantAsync(otherName, $"/connectionPermissions/{connection}", "READ");
        await using var tunnel = await OpenAsync(user, connection);
        var uuid = await UuidAsync(connection);

        foreach (var path in (string[])[$"activeConnections/{uuid}", $"/guacamole/api/session/tunnels/{uuid}/activeConnection"])
        {
            Assert.Equal(connection, (await GetAsync(user, $"{path}/connection")).GetProperty("identifier").GetString());
            Assert.Equal(1, (await GetAsync(user, $"{path}/connection/history")).GetArrayLength());
            Assert.Equal("{}", (await GetAsync(user, $"{path}/connection/sharingProfiles")).GetRawText());
            await GetAsync(user, $"{path}/connection/parameters", HttpStatusCode.Forbidden);
            await AskAsync(user, HttpMethod.Put, path, new { }, HttpStatusCode.BadRequest);
        }

        Assert.Single((await GetAsync(user, "activeConnections?permission=DELETE")).EnumerateObject());
        Assert.Equal("{}", (await GetAsync(other, "activeConnections?permission=DELETE")).GetRawText());
        Assert.Equal("{}", (await GetAsync(user, "activeConnections?permission=UPDATE")).GetRawText());
        // An administrator sees what others may do, not what he may himself.
        Assert.Equal("""["READ"]""", await PermissionsAsync(otherName, uuid));
        Assert.Equal("""["READ","DELETE"]""", await PermissionsAsync(name, uuid));

        await AskAsync(other, HttpMethod.Delete, $"activeConnections/{uuid}", null, HttpStatusCode.Forbidden);
        await AskAsync(user, HttpMethod.Delete, $"activeConnections/{uuid}", null, HttpStatusCode.NoContent);
        await foreach (var _ in tunnel.ReadAsync())
        {
            // What was under way.
        }

        Assert.Equal("0", tunnel.CloseReason);
    }

    [Theory]
    [InlineData("GET", "users/guacadmin", HttpStatusCode.OK)]
    [InlineData("GET", "users/guacadmin/effectivePermissions", HttpStatusCode.OK)]
    [InlineData("GET", "users/other", HttpStatusCode.NotFound)]
    [InlineData("GET", "self/history", HttpStatusCode.OK)]
    [InlineData("GET", "nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "connections/unknown", HttpStatusCode.NotFound)]
    [InlineData("GET", "connectionGroups/unknown/tree", HttpStatusCode.NotFound)]
    [InlineData("GET", "activeConnections/unknown", HttpStatusCode.NotFound)]
    [InlineData("GET", "history/connections/1", HttpStatusCode.NotFound)]
    [InlineData("GET", "history/users?order=bogus", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "connections/unknown", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "connectionGroups/ROOT", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "self", HttpStatusCode.Forbidden)]
    [InlineData("POST", "connections", HttpStatusCode.Forbidden)]
    [InlineData("PATCH", "connections", HttpStatusCode.NotImplemented)]
    [InlineData("PATCH", "self/permissions", HttpStatusCode.NoContent)]
    [InlineData("PUT", "self", HttpStatusCode.Forbidden)]
    [InlineData("PUT", "self/password", HttpStatusCode.Forbidden)]
    public async Task WhatOthersShareCannotBeChanged(string method, string path, HttpStatusCode expected) => await AskAsync(
        gateway.Admin, new HttpMethod(method), $"{Shared}/{path}",
        method switch { "PATCH" => Array.Empty<object>(), "POST" or "PUT" => new { }, _ => null }, expected);

    [Fact]
    public async Task ActiveConnectionsAreReadOnly()
    {
        await AskAsync(gateway.Admin, HttpMethod.Post, "activeConnections", new { }, HttpStatusCode.BadRequest);
        object[] add = [new { op = "add", path = "/" }];
        await AskAsync(gateway.Admin, HttpMethod.Patch, "activeConnections", add, HttpStatusCode.NotImplemented);
        var (_, user) = await gateway.UserAsync();
        object[] remove = [new { op = "remove", path = "/unknown" }];
        await AskAsync(user, HttpMethod.Patch, "activeConnections", remove, HttpStatusCode.OK);
    }

    private Task<Tunnel> OpenAsync(HttpClient user, string connection) => Tunnel.OpenAsync(
        new Uri(gateway.Gateway.Address, "/guacamole/"), user.DefaultRequestHeaders.GetValues("Guacamole-Token").Single(), "mysql",
        connection);

    private async Task<string> UuidAsync(string connection)
    {
        var all = await Eventually.GetAsync(
            async () => (await GetAsync(gateway.Admin, "activeConnections")).EnumerateObject()
                .Where(one => one.Value.GetProperty("connectionIdentifier").GetString() == connection).Select(one => one.Name).ToList(),
            found => found.Count == 1,
            "the tunnel to open");
        return all[0];
    }

    private async Task<string> PermissionsAsync(string user, string uuid) =>
        (await GetAsync(gateway.Admin, $"users/{user}/permissions")).GetProperty("activeConnectionPermissions").GetProperty(uuid)
            .GetRawText();

    private static Dictionary<string, string> Window(string zone, DateTime? start, DateTime? end, DateTime day) => new()
    {
        ["timezone"] = zone,
        ["access-window-start"] = $"{start:HH:mm:ss}",
        ["access-window-end"] = $"{end:HH:mm:ss}",
        ["valid-from"] = $"{day:yyyy-MM-dd}",
        ["valid-until"] = $"{day.AddDays(1):yyyy-MM-dd}",
    };

    private Task<JsonElement> ChangeAsync(string name, Dictionary<string, string> attributes) =>
        AskAsync(gateway.Admin, HttpMethod.Put, $"users/{name}", new { username = name, attributes }, HttpStatusCode.NoContent);

    private async Task SignInAsync(string name, HttpStatusCode expected, string? key)
    {
        using var answer = await gateway.PostTokensAsync(("username", name), ("password", name));
        Assert.Equal(expected, answer.StatusCode);
        if (key is null)
            return;
        var error = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(key, error.GetProperty("translatableMessage").GetProperty("key").GetString());
    }
}
