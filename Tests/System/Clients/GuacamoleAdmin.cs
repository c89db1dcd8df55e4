using System.Net.Http.Json;
using System.Text.Json;
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

    /// <summary>Names every connection and user that was made for a desktop.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string desktop) =>
    [
        .. (await ConnectionNamesAsync()).Where(name => name.Contains(desktop, StringComparison.Ordinal)).Select(name => $"connection {name}"),
        .. (await UserNamesAsync()).Where(name => name.Contains(desktop, StringComparison.Ordinal)).Select(name => $"user {name}"),
    ];

    public async ValueTask DisposeAsync()
    {
        (await _http.DeleteAsync($"/guacamole/api/tokens/{_token}")).Dispose();
        _http.Dispose();
    }

    private Task<JsonElement> ReadAsync(string what) => _http.GetFromJsonAsync<JsonElement>($"{Data}/{what}");
}
