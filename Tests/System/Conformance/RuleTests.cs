using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>Rules of the stock server that no recording shows.</summary>
public sealed class RuleTests(RunningSystem system) : IAsyncLifetime
{
    private const string Data = "/guacamole/api/session/data/mysql";
    private GatewayUnderTest _gateway = null!;
    private HttpClient _admin = null!;
    private HttpClient _user = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync(await system.ConnectionStringAsync("guacamole-db"));
        _admin = await SignInAsync("guacadmin", "guacadmin");
        await CreateAsync("users", new { username = "joe", password = "joe", attributes = new { } });
        _user = await SignInAsync("joe", "joe");
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        _user.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task DeletingASharingProfileNeedsUpdateOnItsConnection()
    {
        var connection = await CreateAsync("connections", new { name = "shared", protocol = "vnc", attributes = new { } });
        var profile = await CreateAsync("sharingProfiles", new { name = "all", primaryConnectionIdentifier = connection, attributes = new { } });
        await GrantAsync($"/sharingProfilePermissions/{profile}", "READ", "DELETE");
        await GrantAsync($"/connectionPermissions/{connection}", "READ");
        Assert.Equal(HttpStatusCode.Forbidden, await DeleteAsync($"sharingProfiles/{profile}"));
        await GrantAsync($"/connectionPermissions/{connection}", "UPDATE");
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync($"sharingProfiles/{profile}"));
    }

    [Fact]
    public async Task AParentThatMayNotBeChangedIsRefusedBeforeAnyName()
    {
        await GrantAsync("/systemPermissions", "CREATE_CONNECTION");
        foreach (var parent in (string[])["999", "nonsense"])
        {
            var blank = new { name = "", protocol = "vnc", parentIdentifier = parent, attributes = new { } };
            using var refused = await _user.PostAsJsonAsync($"{Data}/connections", blank, Cancelled);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            using var malformed = await _admin.PostAsJsonAsync($"{Data}/connections", blank, Cancelled);
            Assert.Equal(HttpStatusCode.BadRequest, malformed.StatusCode);
        }
    }

    [Fact]
    public async Task WhatIsGrantedAndTakenAtOnceIsTaken()
    {
        var permission = new { path = "/systemPermissions", value = "CREATE_USER" };
        await PatchAsync(new { op = "remove", permission.path, permission.value }, new { op = "add", permission.path, permission.value });
        var permissions = await _admin.GetFromJsonAsync<JsonElement>($"{Data}/users/joe/permissions", Cancelled);
        Assert.Equal(0, permissions.GetProperty("systemPermissions").GetArrayLength());
    }

    [Theory]
    [InlineData("users/😀", HttpStatusCode.BadRequest)]
    [InlineData("history/users?contains=😀", HttpStatusCode.OK)]
    [InlineData("history/connections?contains=😀", HttpStatusCode.OK)]
    public async Task CharactersThatTheDatabaseCannotHoldHarmNothing(string path, HttpStatusCode expected)
    {
        using var answer = await _admin.GetAsync($"{Data}/{path}", Cancelled);
        Assert.Equal(expected, answer.StatusCode);
    }

    private async Task<HttpClient> SignInAsync(string username, string password)
    {
        var http = new HttpClient { BaseAddress = _gateway.Address };
        using var form = new FormUrlEncodedContent([new("username", username), new("password", password)]);
        using var answer = await http.PostAsync("/guacamole/api/tokens", form, Cancelled);
        var session = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        http.DefaultRequestHeaders.Add("Guacamole-Token", session.GetProperty("authToken").GetString());
        return http;
    }

    private async Task<string?> CreateAsync(string directory, object value)
    {
        using var answer = await _admin.PostAsJsonAsync($"{Data}/{directory}", value, Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var created = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        return created.TryGetProperty("identifier", out var identifier) ? identifier.GetString() : null;
    }

    private Task GrantAsync(string path, params string[] permissions) =>
        PatchAsync([.. permissions.Select(permission => new { op = "add", path, value = permission })]);

    private async Task PatchAsync(params object[] patches)
    {
        using var answer = await _admin.PatchAsJsonAsync($"{Data}/users/joe/permissions", patches, Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private async Task<HttpStatusCode> DeleteAsync(string path)
    {
        using var answer = await _user.DeleteAsync($"{Data}/{path}", Cancelled);
        return answer.StatusCode;
    }
}
