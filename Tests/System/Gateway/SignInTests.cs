using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace GuacAspire.Tests.EndToEnd.Gateway;

public sealed class SignInTests(OwnGateway gateway) : IClassFixture<OwnGateway>
{
    private const string Users = "api/session/data/mysql/users";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnAddressThatFailsTooOftenIsTurnedAwayAndNoOther()
    {
        const string Bad = "203.0.113.5";
        for (var attempt = 1; attempt < OwnGateway.Attempts; attempt++)
            await RefusedAsync(Bad, "guacadmin", $"wrong{attempt}", HttpStatusCode.Forbidden);
        var banned = await RefusedAsync(Bad, "guacadmin", "wrong again", HttpStatusCode.TooManyRequests);
        Assert.Equal("""{"message":"Too many failed authentication attempts.","translatableMessage":{"key":"LOGIN.ERROR_TOO_MANY_ATTEMPTS","variables":null},"statusCode":null,"expected":null,"patches":null,"type":"BAD_REQUEST"}""", banned.GetRawText());
        await RefusedAsync(Bad, "guacadmin", gateway.AdminPassword, HttpStatusCode.TooManyRequests);
        // What the client writes into the header itself is not believed.
        await RefusedAsync("198.51.100.9, " + Bad, "guacadmin", gateway.AdminPassword, HttpStatusCode.TooManyRequests);
        Assert.NotEmpty(await gateway.SignInAsync("203.0.113.6", "guacadmin", gateway.AdminPassword));
    }

    [Fact]
    public async Task NobodyCanTellAnUnknownUserFromAWrongPassword()
    {
        var unknown = await RefusedAsync("203.0.113.20", "nobody-at-all", "wrong", HttpStatusCode.Forbidden);
        var wrong = await RefusedAsync("203.0.113.20", "guacadmin", "wrong", HttpStatusCode.Forbidden);
        Assert.Equal(unknown.GetRawText(), wrong.GetRawText());
        Assert.Equal("INVALID_CREDENTIALS", wrong.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("a1b2c", "PASSWORD_POLICY.ERROR_TOO_SHORT")]
    [InlineData("abcdefgh", "PASSWORD_POLICY.ERROR_REQUIRES_DIGIT")]
    [InlineData("1POLICYuser", "PASSWORD_POLICY.ERROR_CONTAINS_USERNAME")]
    public async Task NewPasswordsMustMeetTheRules(string password, string key)
    {
        var admin = await gateway.SignInAsAdminAsync();
        using var user = JsonContent.Create(new { username = "policyuser", password, attributes = new { } });
        using var answer = await gateway.SendAsync(HttpMethod.Post, Users, admin, user);
        var error = await OwnGateway.ReadAsync(answer, HttpStatusCode.BadRequest);
        Assert.Equal(key, error.GetProperty("translatableMessage").GetProperty("key").GetString());
    }

    [Fact]
    public async Task APasswordOfOldIsNotANewOne()
    {
        var admin = await gateway.SignInAsAdminAsync();
        await CreateAsync(admin, "recurring", "secret1a");
        foreach (var next in new[] { "secret2a", "secret3a", "secret4a" })
            await SetPasswordAsync(admin, "recurring", next, HttpStatusCode.NoContent);
        var error = await SetPasswordAsync(admin, "recurring", "secret3a", HttpStatusCode.BadRequest);
        Assert.Equal("PASSWORD_POLICY.ERROR_REUSED", error.GetProperty("translatableMessage").GetProperty("key").GetString());
        await SetPasswordAsync(admin, "recurring", "secret1a", HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task ASessionOutlivesItsDisabledUserButCannotBeRenewed()
    {
        var admin = await gateway.SignInAsAdminAsync();
        await CreateAsync(admin, "leaving", "secret1a");
        var token = await gateway.SignInAsync("198.51.100.30", "leaving", "secret1a");
        using var change = JsonContent.Create(new { username = "leaving", disabled = true, attributes = new { } });
        (await gateway.SendAsync(HttpMethod.Put, $"{Users}/leaving", admin, change)).Dispose();
        await gateway.GetAsync("api/session/data/mysql/self", token);
        using var renewed = await gateway.PostTokensAsync("198.51.100.30", ("token", token));
        await OwnGateway.ReadAsync(renewed, HttpStatusCode.Forbidden);
        using var ended = await gateway.SendAsync(HttpMethod.Delete, $"api/tokens/{token}", null);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await gateway.GetAsync("api/session/data/mysql/self", token, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task WithoutTheDatabaseTheAnswerIsClearAndComesBackWithIt()
    {
        var admin = await gateway.SignInAsAdminAsync();
        gateway.Cable.Cut();
        try
        {
            using var login = await gateway.PostTokensAsync("203.0.113.40", ("username", "guacadmin"), ("password", gateway.AdminPassword));
            var error = await OwnGateway.ReadAsync(login, HttpStatusCode.ServiceUnavailable);
            Assert.Equal("INTERNAL_ERROR", error.GetProperty("type").GetString());
            Assert.DoesNotContain("MySql", error.GetRawText(), StringComparison.OrdinalIgnoreCase);
            await gateway.GetAsync(Users, admin, HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            gateway.Cable.Mend();
        }

        // Failures of ours are nobody's failed sign-ins.
        for (var attempt = 0; attempt < OwnGateway.Attempts + 1; attempt++)
            Assert.NotEmpty(await gateway.SignInAsync("203.0.113.40", "guacadmin", gateway.AdminPassword));
        await gateway.GetAsync(Users, admin);
    }

    [Fact]
    public void ASettingThatDoesNothingIsNamedAtTheStart() =>
        Assert.Contains("TOTP_ENABLED is set", gateway.Log(), StringComparison.Ordinal);

    private async Task<JsonElement> RefusedAsync(string address, string username, string password, HttpStatusCode expected)
    {
        using var answer = await gateway.PostTokensAsync(address, ("username", username), ("password", password));
        return await OwnGateway.ReadAsync(answer, expected);
    }

    private async Task CreateAsync(string admin, string username, string password)
    {
        using var user = JsonContent.Create(new { username, password, attributes = new { } });
        using var answer = await gateway.SendAsync(HttpMethod.Post, Users, admin, user);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private async Task<JsonElement> SetPasswordAsync(string admin, string username, string password, HttpStatusCode expected)
    {
        using var user = JsonContent.Create(new { username, password, attributes = new { } });
        using var answer = await gateway.SendAsync(HttpMethod.Put, $"{Users}/{username}", admin, user);
        return await OwnGateway.ReadAsync(answer, expected);
    }
}
