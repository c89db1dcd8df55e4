using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Clients;

/// <summary>Guacamole's REST API as its administrator sees it; plain HTTP, so that nothing of the product vouches for itself.</summary>
internal sealed class GuacamoleAdmin : IAsyncDisposable
{
    private const string Data = "/guacamole/api/session/data/mysql";
    private readonly HttpClient _http;
    private readonly string _token;

    private GuacamoleAdmin(HttpClient http, string token)
    {
        _http = http;
        _token = token;
        _http.DefaultRequestHeaders.Add("Guacamole-Token", token);
    }

    public static async Task<GuacamoleAdmin> SignInAsync(RunningSystem system)
    {
        var http = new HttpClient { BaseAddress = system.Address };
        using var form = new FormUrlEncodedContent([new("username", RunningSystem.AdminName), new("password", system.AdminPassword)]);
        using var answer = await http.PostAsync("/guacamole/api/tokens", form);
        Assert.True(answer.IsSuccessStatusCode, $"Guacamole does not let its administrator in: {(int)answer.StatusCode}");
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("authToken").GetString()!;
        system.Secrets.Keep("an administrator's token", token);
        return new GuacamoleAdmin(http, token);
    }

    public async Task<IReadOnlyList<string>> ConnectionNamesAsync() =>
        [.. (await ReadAsync("connections")).EnumerateObject().Select(connection => connection.Value.GetProperty("name").GetString()!)];

    public async Task<IReadOnlyList<string>> UserNamesAsync() =>
        [.. (await ReadAsync("users")).EnumerateObject().Select(user => user.Name)];

    /// <summary>The ways in which a connection can be shared, by their identifiers.</summary>
    public async Task<IReadOnlyList<string>> SharingProfilesAsync(string connection) =>
        [.. (await ReadAsync("sharingProfiles")).EnumerateObject()
            .Where(profile => profile.Value.GetProperty("primaryConnectionIdentifier").GetString() == connection)
                .Select(profile => profile.Name)];

    /// <summary>Names every connection and user that was made for a desktop.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string desktop) =>
    [
        .. (await ConnectionNamesAsync()).Where(name => name.Contains(desktop, StringComparison.Ordinal))
            .Select(name => $"connection {name}"),
        .. (await UserNamesAsync()).Where(name => name.Contains(desktop, StringComparison.Ordinal)).Select(name => $"user {name}"),
    ];

    public async Task CreateAsync(string what, object value)
    {
        using var answer = await _http.PostAsJsonAsync($"{Data}/{what}", value);
        Assert.True(answer.IsSuccessStatusCode, $"Guacamole does not create one of its {what}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Deletes a connection as an administrator might, whoever it belongs to; false if there is none of that name.</summary>
    public async Task<bool> DeleteConnectionAsync(string name)
    {
        var connection = (await ReadAsync("connections")).EnumerateObject()
            .FirstOrDefault(one => one.Value.GetProperty("name").GetString() == name);
        return connection.Name is { } identifier && await DeleteAsync($"connections/{identifier}");
    }

    public Task<bool> DeleteUserAsync(string username) => DeleteAsync($"users/{username}");

    /// <summary>What guacd is told of the connection of a name.</summary>
    public async Task<Dictionary<string, string>> ParametersOfAsync(string name) => await ParametersAsync(
        (await ReadAsync("connections")).EnumerateObject().Single(one => one.Value.GetProperty("name").GetString() == name).Name);

    /// <summary>Has a connection's viewers served by another guacd.</summary>
    public async Task ServeByAsync(string name, string host, int port)
    {
        var connection = (await ReadAsync("connections")).EnumerateObject()
            .Single(one => one.Value.GetProperty("name").GetString() == name);
        var changed = JsonNode.Parse(connection.Value.GetRawText())!.AsObject();
        changed["parameters"] = JsonSerializer.SerializeToNode(await ParametersAsync(connection.Name));
        changed["attributes"] = JsonSerializer.SerializeToNode(
            new Dictionary<string, string> { ["guacd-hostname"] = host, ["guacd-port"] = $"{port}", ["guacd-encryption"] = "none" });
        using var answer = await _http.PutAsJsonAsync($"{Data}/connections/{connection.Name}", changed);
        Assert.True(answer.IsSuccessStatusCode,
            $"Guacamole does not change the connection {name}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Who has used which connection, the latest first.</summary>
    public Task<JsonElement> HistoryAsync() => ReadAsync("history/connections?order=-startDate");

    public Task<HttpResponseMessage> GetAsync(string what, RangeHeaderValue? range = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{Data}/{what}");
        request.Headers.Range = range;
        return _http.SendAsync(request);
    }

    /// <summary>Gives a user rights on the whole system.</summary>
    public async Task PermitAsync(string username, params string[] rights)
    {
        using var answer = await _http.PatchAsJsonAsync(
            $"{Data}/users/{username}/permissions", rights.Select(right => new { op = "add", path = "/systemPermissions", value = right }));
        Assert.True(answer.IsSuccessStatusCode, $"Guacamole does not give {username} a right: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Takes from a user what it may do with a connection.</summary>
    public async Task<bool> RevokeAsync(string username, string connection)
    {
        var identifier = (await ReadAsync("connections")).EnumerateObject()
            .Single(one => one.Value.GetProperty("name").GetString() == connection).Name;
        using var answer = await _http.PatchAsJsonAsync(
            $"{Data}/users/{username}/permissions",
            new[] { new { op = "remove", path = $"/connectionPermissions/{identifier}", value = "READ" } });
        return answer.IsSuccessStatusCode;
    }

    /// <summary>What a user may see: names of connections.</summary>
    public async Task<IReadOnlyList<string>> ConnectionsOfAsync(string username)
    {
        var connections = await ReadAsync("connections");
        var permissions = await ReadAsync($"users/{username}/permissions");
        return
        [
            .. permissions.GetProperty("connectionPermissions").EnumerateObject()
                .Where(permission => permission.Value.EnumerateArray().Any(one => one.GetString() == "READ"))
                .Select(permission => connections.TryGetProperty(permission.Name, out var connection)
                    ? connection.GetProperty("name").GetString()!
                    : "?"),
        ];
    }

    /// <summary>What guacd is told of a connection.</summary>
    public async Task<Dictionary<string, string>> ParametersAsync(string connection) =>
        (await ReadAsync($"connections/{connection}/parameters")).Deserialize<Dictionary<string, string>>()!;

    public async ValueTask DisposeAsync()
    {
        (await _http.DeleteAsync($"/guacamole/api/tokens/{_token}")).Dispose();
        _http.Dispose();
    }

    private async Task<bool> DeleteAsync(string path)
    {
        using var answer = await _http.DeleteAsync($"{Data}/{path}");
        return answer.IsSuccessStatusCode;
    }

    private Task<JsonElement> ReadAsync(string what) => _http.GetFromJsonAsync<JsonElement>($"{Data}/{what}");
}
