using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>Somebody's connection in use.</summary>
internal sealed record FakeLine(string Connection, string? Username, long Start)
{
    public JsonObject ToJson(string id) => new()
    {
        ["identifier"] = id,
        ["connectionIdentifier"] = Connection,
        ["username"] = Username,
        ["startDate"] = Start,
        ["connectable"] = true,
    };
}

/// <summary>What of Guacamole's sharing a link needs.</summary>
internal sealed partial class FakeGuacamole
{
    private readonly ConcurrentDictionary<string, string> _keys = new();

    /// <summary>Connections in use.</summary>
    public ConcurrentDictionary<string, FakeLine> Lines { get; } = new();

    public ConcurrentDictionary<string, JsonNode> Profiles { get; } = new();

    /// <summary>Tokens of those who have come by a key: the line that they look on with.</summary>
    public ConcurrentDictionary<string, string> Visits { get; } = new();

    /// <summary>Of those, the ones that have opened a tunnel.</summary>
    public ConcurrentDictionary<string, bool> Tunnels { get; } = new();

    public bool RefusesProfiles { get; set; }

    /// <summary>Whether a key can be taken back, as the Gateway does it, or is good as long as what it leads to, as with Apache's.</summary>
    public bool TakesKeysBack { get; set; } = true;

    /// <summary>Whether anybody who knows a key still gets in by it.</summary>
    public bool IsGood(string key) => _keys.TryGetValue(key, out var line) && Lines.ContainsKey(line);

    /// <summary>The owner of the only connection opens a tunnel.</summary>
    public string Open(string id, string? username, long start = 0)
    {
        Lines[id] = new(Connections.Keys.Single(), username, start);
        return id;
    }

    private HttpResponseMessage Share(string line, string profile)
    {
        if (!Lines.TryGetValue(line, out var open))
            return Error(HttpStatusCode.NotFound, "NOT_FOUND", "Not found");
        if (!Profiles.TryGetValue(profile, out var known) || (string?)known["primaryConnectionIdentifier"] != open.Connection)
            return Error(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "Permission denied.");
        var key = Guid.NewGuid().ToString("N");
        _keys[key] = line;
        return Ok(new JsonObject { ["expected"] = new JsonArray(), ["values"] = new JsonObject { ["key"] = key } });
    }

    private HttpResponseMessage TakeBack(string line, JsonNode patch)
    {
        if (!TakesKeysBack || !Lines.ContainsKey(line))
            return Error(HttpStatusCode.NotFound, "NOT_FOUND", "Not found");
        _keys.TryRemove(((string)patch[0]!["path"]!)[1..], out _);
        return new(HttpStatusCode.NoContent);
    }

    private HttpResponseMessage Join(string key)
    {
        if (!IsGood(key))
            return Error(HttpStatusCode.Forbidden, "INVALID_CREDENTIALS", "Invalid login");
        var line = _keys[key];
        var token = Guid.NewGuid().ToString("N");
        Visits[token] = line;
        return Ok(new JsonObject
        {
            ["authToken"] = token,
            ["username"] = "",
            ["dataSource"] = "mysql-shared",
            ["availableDataSources"] = new JsonArray("mysql-shared"),
        });
    }

    private HttpResponseMessage OfVisit(HttpMethod method, string path, string token)
    {
        if (!Visits.ContainsKey(token) && !_tokens.ContainsKey(token))
            return Error(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "Permission Denied.");
        if (path.EndsWith("/tunnels", StringComparison.Ordinal))
            return Ok(Tunnels.ContainsKey(token) ? new JsonArray("a-tunnel") : []);
        Assert.Equal(HttpMethod.Delete, method);
        Visits.TryRemove(token, out _);
        _tokens.TryRemove(token, out _);
        Tunnels.TryRemove(token, out _);
        return new(HttpStatusCode.NoContent);
    }

    private HttpResponseMessage Kill(JsonNode patch)
    {
        foreach (var path in patch.AsArray().Select(one => (string)one!["path"]!))
        {
            Killed.Enqueue(path);
            Lines.TryRemove(path[1..], out _);
        }

        return Ok(new JsonObject());
    }

    private HttpResponseMessage CreateProfile(JsonNode profile)
    {
        if (RefusesProfiles)
            return Error(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "Permission denied.");
        if (ProfilesOf((string)profile["primaryConnectionIdentifier"]!).Any(
            other => (string?)other.Value!["name"] == (string?)profile["name"]))
            return Error(HttpStatusCode.BadRequest, "BAD_REQUEST", "The sharing profile already exists.");
        var id = $"profile-{Interlocked.Increment(ref _last)}";
        profile["identifier"] = id;
        Profiles[id] = profile;
        return Ok(profile.DeepClone());
    }

    private JsonObject ProfilesOf(string connection) => new(Profiles
        .Where(profile => (string?)profile.Value["primaryConnectionIdentifier"] == connection)
        .Select(profile => KeyValuePair.Create(profile.Key, (JsonNode?)profile.Value.DeepClone())));
}
