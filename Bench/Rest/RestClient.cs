using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GuacAspire.Bench.Rest;

/// <summary>The requests that are measured, spelled as Guacamole's own clients send them.</summary>
internal sealed class RestClient(Uri guacamole, string password) : IDisposable
{
    private const string Reader = "bench-reader";
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 64 }) { BaseAddress = guacamole };

    /// <summary>Signs the administrator in and makes the user that connections are granted to.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        Use(await LoginAsync(cancellationToken));
        using var users = await _http.PostAsJsonAsync(
            "api/session/data/mysql/users", new { username = Reader, password = Guid.NewGuid().ToString(), attributes = new { } }, cancellationToken);
    }

    /// <summary>Names the session that further requests belong to.</summary>
    public void Use(string token) => _http.DefaultRequestHeaders.Add("Guacamole-Token", token);

    public async Task<string> LoginAsync(CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = "guacadmin", ["password"] = password });
        using var answer = await _http.PostAsync("api/tokens", form, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!["authToken"]!.GetValue<string>();
    }

    /// <summary>The life of a desktop's connection: created, granted, read, deleted.</summary>
    public async Task CycleAsync(CancellationToken cancellationToken)
    {
        var id = await CreateConnectionAsync(cancellationToken);
        var address = $"api/session/data/mysql/connections/{id}";

        object[] grant = [new { op = "add", path = $"/connectionPermissions/{id}", value = "READ" }];
        using var granted = await _http.PatchAsJsonAsync($"api/session/data/mysql/users/{Reader}/permissions", grant, cancellationToken);
        granted.EnsureSuccessStatusCode();
        using var read = await _http.GetAsync(address, cancellationToken);
        read.EnsureSuccessStatusCode();
        await read.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        using var deleted = await _http.DeleteAsync(address, cancellationToken);
        deleted.EnsureSuccessStatusCode();
    }

    public async Task<string> CreateConnectionAsync(CancellationToken cancellationToken)
    {
        var connection = new
        {
            parentIdentifier = "ROOT",
            name = Guid.NewGuid().ToString("N"),
            protocol = "vnc",
            parameters = new { hostname = "10.0.0.7", port = "5900", password = "secret12" },
            attributes = new { },
        };
        using var created = await _http.PostAsJsonAsync("api/session/data/mysql/connections", connection, cancellationToken);
        created.EnsureSuccessStatusCode();
        return (await created.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!["identifier"]!.GetValue<string>();
    }

    public void Dispose() => _http.Dispose();
}
