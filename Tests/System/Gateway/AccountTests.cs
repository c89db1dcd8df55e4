using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Conformance;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Gateway;

/// <summary>What accounts in the database mean for users who sign in by another way.</summary>
public sealed class AccountTests(RunningSystem system)
{
    private static readonly (string, string) Key = ("JSON_SECRET_KEY", OwnGateway.JsonKey);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhereAnAccountIsRequiredStrangersAreRefused()
    {
        await using var gateway = await StartAsync(("MYSQL_USER_REQUIRED", "true"));
        await SignInAsync(gateway, "stranger", HttpStatusCode.Forbidden);
        await SignInAsync(gateway, "guacadmin", HttpStatusCode.OK);
        await gateway.QueryAsync("UPDATE guacamole_user SET valid_until = '2001-01-01'");
        var error = await SignInAsync(gateway, "guacadmin", HttpStatusCode.BadRequest);
        Assert.Equal("LOGIN.ERROR_NOT_VALID", error.GetProperty("translatableMessage").GetProperty("key").GetString());
        await gateway.QueryAsync("UPDATE guacamole_user SET valid_until = NULL, disabled = 1");
        await SignInAsync(gateway, "guacadmin", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task WhereAccountsAreMadeAStrangerHasOneThatNoPasswordOpens()
    {
        await using var gateway = await StartAsync(("MYSQL_AUTO_CREATE_ACCOUNTS", "true"));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SignInAsync(gateway, "newcomer", HttpStatusCode.OK)));
        Assert.Equal("1", await gateway.QueryAsync("SELECT COUNT(*) FROM guacamole_entity WHERE name = 'newcomer'"));
        Assert.Equal("READ", await gateway.QueryAsync(
            """
            SELECT GROUP_CONCAT(p.permission) FROM guacamole_user_permission p
            JOIN guacamole_user u ON u.user_id = p.affected_user_id JOIN guacamole_entity e ON e.entity_id = u.entity_id AND e.entity_id = p.entity_id
            WHERE e.name = 'newcomer'
            """));
        using var http = new HttpClient { BaseAddress = gateway.Address };
        using var form = new FormUrlEncodedContent([new("username", "newcomer"), new("password", "")]);
        using var answer = await http.PostAsync("/guacamole/api/tokens", form, Cancelled);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private async Task<GatewayUnderTest> StartAsync((string, string) setting) =>
        await GatewayUnderTest.StartAsync(await system.ConnectionStringAsync("guacamole-db"), Key, setting);

    private static async Task<JsonElement> SignInAsync(GatewayUnderTest gateway, string username, HttpStatusCode expected)
    {
        var data = JsonSeal.Seal(new { username, expires = JsonSeal.In(TimeSpan.FromMinutes(5)), connections = new { } });
        using var http = new HttpClient { BaseAddress = gateway.Address };
        using var form = new FormUrlEncodedContent([new("data", data)]);
        using var answer = await http.PostAsync("/guacamole/api/tokens", form, Cancelled);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
    }
}
