using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>A Gateway on a new database, with an administrator and as many users as a test needs.</summary>
public sealed class RuleGateway(RunningSystem system) : IAsyncLifetime
{
    public const string Data = "/guacamole/api/session/data/mysql";
    private readonly List<HttpClient> _clients = [];
    private GatewayUnderTest _gateway = null!;
    private int _names;

    public HttpClient Admin { get; private set; } = null!;

    internal GatewayUnderTest Gateway => _gateway;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync(await system.ConnectionStringAsync("guacamole-db"));
        Admin = await SignInAsync("guacadmin", "guacadmin");
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _gateway.DisposeAsync();
    }

    /// <summary>A name that nothing else has.</summary>
    public string Name() => $"rule{Interlocked.Increment(ref _names)}";

    public async Task<(string Name, HttpClient Client)> UserAsync()
    {
        var name = Name();
        await CreateAsync("users", new { username = name, password = name, attributes = new { } });
        return (name, await SignInAsync(name, name));
    }

    public Task<string> ConnectionAsync() =>
        CreateAsync("connections", new { name = Name(), protocol = "vnc", parameters = new { hostname = "h" }, attributes = new { } })!;

    public Task<string> ProfileAsync(string connection) => CreateAsync(
        "sharingProfiles", new { name = Name(), primaryConnectionIdentifier = connection, parameters = new Dictionary<string, string> { ["read-only"] = "true" } })!;

    public async Task<HttpResponseMessage> PostTokensAsync(params (string Name, string Value)[] fields)
    {
        using var http = new HttpClient { BaseAddress = _gateway.Address };
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await http.PostAsync("/guacamole/api/tokens", form, Cancelled);
    }

    public async Task<HttpClient> SignInAsync(string username, string password)
    {
        using var answer = await PostTokensAsync(("username", username), ("password", password));
        var session = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        var http = new HttpClient { BaseAddress = _gateway.Address };
        _clients.Add(http);
        http.DefaultRequestHeaders.Add("Guacamole-Token", session.GetProperty("authToken").GetString());
        return http;
    }

    public async Task<string> CreateAsync(string directory, object value)
    {
        var created = await AskAsync(Admin, HttpMethod.Post, directory, value, HttpStatusCode.OK);
        return created.TryGetProperty("identifier", out var identifier) ? identifier.GetString()! : "";
    }

    public Task GrantAsync(string user, string path, params string[] permissions) => AskAsync(
        Admin, HttpMethod.Patch, $"users/{user}/permissions", permissions.Select(value => new { op = "add", path, value }),
        HttpStatusCode.NoContent);

    public Task GrantGroupAsync(string group, string path, params string[] permissions) => AskAsync(
        Admin, HttpMethod.Patch, $"userGroups/{group}/permissions", permissions.Select(value => new { op = "add", path, value }),
        HttpStatusCode.NoContent);

    public static Task<JsonElement> GetAsync(HttpClient client, string path, HttpStatusCode expected = HttpStatusCode.OK) =>
        AskAsync(client, HttpMethod.Get, path, null, expected);

    public static async Task<JsonElement> AskAsync(HttpClient client, HttpMethod method, string path, object? body, HttpStatusCode expected)
    {
        var address = path.StartsWith('/') ? path : $"{Data}/{path}";
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await client.SendAsync(request, Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.StatusCode == expected, $"{method} {path}: {(int)answer.StatusCode} in place of {(int)expected}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    public static string? Message(JsonElement error) => error.GetProperty("message").GetString();
}
