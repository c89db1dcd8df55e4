using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>How a Guacamole fails that is on its way down or up.</summary>
internal enum Trouble
{
    /// <summary>The Gateway without its database.</summary>
    NoDatabase,

    /// <summary>Apache's server without its database.</summary>
    InternalError,

    /// <summary>What was asked for is done, and the answer is lost.</summary>
    LostAnswer,
}

/// <summary>As much of Guacamole's REST API as a desktop needs, with the errors that Apache's answers.</summary>
internal sealed partial class FakeGuacamole : HttpMessageHandler
{
    private const string Data = "/guacamole/api/session/data/mysql";
    private readonly ConcurrentDictionary<string, string> _tokens = new();
    private int _last;

    public ConcurrentDictionary<string, JsonNode> Connections { get; } = new();

    public ConcurrentDictionary<string, JsonNode> Users { get; } = new(
        [new("guacadmin",
            new JsonObject { ["username"] = "guacadmin", ["password"] = "admin-password", ["attributes"] = new JsonObject() })]);

    public ConcurrentDictionary<string, string> Grants { get; } = new();

    /// <summary>Whose a token is that was given and is still good.</summary>
    public string? OwnerOf(string token) => _tokens.GetValueOrDefault(token);

    /// <summary>The connections that somebody looks at.</summary>
    public ConcurrentDictionary<string, bool> Watched { get; } = new();

    /// <summary>Tunnels that were ended.</summary>
    public ConcurrentQueue<string> Killed { get; } = new();

    /// <summary>The uses of connections, as a test wants them to have been.</summary>
    public ConcurrentQueue<JsonNode> History { get; } = new();

    public bool IsDown { get; set; }

    /// <summary>What was asked of it, such as <c>GET users</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>What is to go wrong with a call, such as <c>POST users</c>; asked before each.</summary>
    public Func<string, Trouble?> TroubleWith { get; set; } = _ => null;

    public bool RefusesUsers { get; set; }

    public bool HasOnlyItsAdministrator => Connections.IsEmpty && Users.Keys.SequenceEqual(["guacadmin"]);

    /// <summary>Starts anew: what it has in a database stays, and nobody is signed in.</summary>
    public void Restart()
    {
        _tokens.Clear();
        Visits.Clear();
        Tunnels.Clear();
        Lines.Clear();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsDown)
            throw new HttpRequestException("Connection refused");
        var call = $"{request.Method} {request.RequestUri!.AbsolutePath.Replace($"{Data}/", "", StringComparison.Ordinal)}";
        Calls.Enqueue(call);
        var trouble = TroubleWith(call);
        if (trouble == Trouble.NoDatabase)
            return Error(HttpStatusCode.ServiceUnavailable, "INTERNAL_ERROR", "The database does not answer. Try again shortly.");
        if (trouble == Trouble.InternalError)
            return Error(HttpStatusCode.InternalServerError, "INTERNAL_ERROR", "Unexpected internal error");
        var answer = await AnswerAsync(request, cancellationToken);
        return trouble == Trouble.LostAnswer ? throw new HttpRequestException("The response ended prematurely.") : answer;
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = Uri.UnescapeDataString(request.RequestUri!.AbsolutePath);
        var text = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        if (path == "/guacamole/api/tokens")
            return text.StartsWith("key=", StringComparison.Ordinal) ? Join(text["key=".Length..]) : Login(text);
        if (path.StartsWith("/guacamole/api/session", StringComparison.Ordinal) && !path.StartsWith(Data, StringComparison.Ordinal))
            return OfVisit(request.Method, path, request.Headers.GetValues("Guacamole-Token").Single());
        if (!request.Headers.TryGetValues("Guacamole-Token", out var tokens) || !_tokens.ContainsKey(tokens.First()))
            return Error(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "Permission Denied.");
        var body = text.Length > 0 ? JsonNode.Parse(text) : null;
        return (request.Method.Method, path[Data.Length..].Split('/')) switch
        {
            ("GET", [_, "self"]) => Ok(new JsonObject { ["username"] = "guacadmin", ["attributes"] = new JsonObject() }),
            ("GET", [_, "connections"]) => Ok(All(Connections)),
            ("GET", [_, "users"]) => Ok(All(Users)),
            ("GET", [_, "activeConnections"]) => Ok(new JsonObject(Watched.Keys.Select(id => new KeyValuePair<string, JsonNode?>(
                $"tunnel-{id}",
                new JsonObject { ["identifier"] = $"tunnel-{id}", ["connectionIdentifier"] = id, ["username"] = "somebody" }))
                .Concat(Lines.Select(line => KeyValuePair.Create(line.Key, (JsonNode?)line.Value.ToJson(line.Key)))))),
            ("PATCH", [_, "activeConnections"]) => Kill(body!),
            ("GET", [_, "activeConnections", var line, "sharingCredentials", var profile]) => Share(line, profile),
            ("PATCH", [_, "activeConnections", var line, "sharingCredentials"]) => TakeBack(line, body!),
            ("GET", [_, "connections", var id, "sharingProfiles"]) => Ok(ProfilesOf(id)),
            ("POST", [_, "sharingProfiles"]) => CreateProfile(body!),
            ("PUT", [_, "sharingProfiles", var id]) => Change(Profiles, id, body!),
            ("GET", [_, "connections", var id]) => Connections.TryGetValue(id, out var found)
                ? Ok(found.DeepClone())
                : Error(HttpStatusCode.NotFound, "NOT_FOUND", "Not found"),
            ("GET", [_, "connections", var id, "parameters"]) => Connections.TryGetValue(id, out var found)
                ? Ok(found["parameters"]!.DeepClone())
                : Error(HttpStatusCode.NotFound, "NOT_FOUND", "Not found"),
            ("GET", [_, "history", "connections"]) => Ok(new JsonArray([.. History.Select(row => row.DeepClone())])),
            ("GET", [_, "history", "connections", var row, "logs", var log]) =>
                new(HttpStatusCode.OK) { Content = new StringContent($"{row} {log}") },
            ("POST", [_, "connections"]) => CreateConnection(body!),
            ("POST", [_, "users"]) => CreateUser(body!),
            ("PUT", [_, "users", var name]) => Change(Users, name, body!),
            ("PUT", [_, "connections", var id]) => Change(Connections, id, body!),
            ("DELETE", [_, "users", var name]) => Delete(Users, name),
            ("DELETE", [_, "connections", var id]) => Delete(Connections, id),
            ("PATCH", [_, "users", var name, "permissions"]) => Grant(name, body!),
            ("GET", [_, "users", var name, "permissions"]) => Ok(Permissions(name)),
            _ => new(HttpStatusCode.NotFound),
        };
    }

    private HttpResponseMessage Login(string form)
    {
        var fields = form.Split('&').Select(field => field.Split('=')).ToDictionary(field => field[0], field => field[1]);
        if (!Users.TryGetValue(fields["username"], out var user) || (string?)user["password"] != fields["password"])
            return Error(HttpStatusCode.Forbidden, "INVALID_CREDENTIALS", "Invalid login");
        var token = Guid.NewGuid().ToString("N");
        _tokens[token] = fields["username"];
        return Ok(new JsonObject
        {
            ["authToken"] = token,
            ["username"] = fields["username"],
            ["dataSource"] = "mysql",
            ["availableDataSources"] = new JsonArray("mysql"),
        });
    }

    private HttpResponseMessage CreateConnection(JsonNode connection)
    {
        if (Connections.Values.Any(other => (string?)other["name"] == (string?)connection["name"]))
            return Error(HttpStatusCode.BadRequest, "BAD_REQUEST", "The connection already exists.");
        var id = Interlocked.Increment(ref _last).ToString(System.Globalization.CultureInfo.InvariantCulture);
        connection["identifier"] = id;
        Connections[id] = connection;
        return Ok(connection.DeepClone());
    }

    private HttpResponseMessage CreateUser(JsonNode user)
    {
        if (RefusesUsers)
            return Error(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "Permission denied.");
        return Users.TryAdd((string)user["username"]!, user)
            ? Ok(user.DeepClone())
            : Error(HttpStatusCode.BadRequest, "BAD_REQUEST", "User already exists.");
    }

    private HttpResponseMessage Grant(string user, JsonNode patch)
    {
        Grants[user] = $"{patch[0]!["op"]} {patch[0]!["path"]} {patch[0]!["value"]}";
        return new(HttpStatusCode.NoContent);
    }

    private JsonObject Permissions(string user)
    {
        var connection = Grants.GetValueOrDefault(user)?.Split(' ')[1].Split('/')[^1];
        return new() { ["connectionPermissions"] = connection is null ? new JsonObject() : new JsonObject { [connection] = new JsonArray("READ") } };
    }

    private static HttpResponseMessage Change(ConcurrentDictionary<string, JsonNode> directory, string id, JsonNode body)
    {
        directory[id] = body;
        return new(HttpStatusCode.NoContent);
    }

    private static HttpResponseMessage Delete(ConcurrentDictionary<string, JsonNode> directory, string id) =>
        directory.TryRemove(id, out _) ? new(HttpStatusCode.NoContent) : Error(HttpStatusCode.NotFound, "NOT_FOUND", "Not found");

    private static JsonObject All(ConcurrentDictionary<string, JsonNode> directory) =>
        new(directory.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, pair.Value.DeepClone())));

    private static HttpResponseMessage Ok(JsonNode body) => new(HttpStatusCode.OK) { Content = JsonContent.Create(body) };

    private static HttpResponseMessage Error(HttpStatusCode status, string type, string message) =>
        new(status) { Content = JsonContent.Create(new { message, type }) };
}
