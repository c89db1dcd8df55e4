using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GuacAspire.Gateway.JsonUsers;

/// <summary>A user as another system describes him: his name, his connections, and until when that holds.</summary>
internal sealed class JsonUser
{
    // A field that is not known may be a restriction that is not known.
    private static readonly JsonSerializerOptions Strict = new(Api.Json.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    public string? Username { get; set; }

    /// <summary>In milliseconds since 1970.</summary>
    public long? Expires { get; set; }

    public bool SingleUse { get; set; }

    /// <summary>By name, which is their identifier, too.</summary>
    public ConcurrentDictionary<string, JsonConnection>? Connections { get; set; }

    public static JsonUser? Parse(byte[] json)
    {
        try
        {
            var user = JsonSerializer.Deserialize<JsonUser>(json, Strict);
            return user?.Connections?.Values.Any(connection => connection is null) == true ? null : user;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public bool HasExpired(DateTimeOffset now) => Expires is { } expires && now.ToUnixTimeMilliseconds() > expires;

    /// <summary>The connections that may be used now.</summary>
    public IEnumerable<KeyValuePair<string, JsonConnection>> Usable(DateTimeOffset now) => HasExpired(now) ? [] : Connections ?? [];

    public JsonConnection? Find(string name, DateTimeOffset now) => HasExpired(now) ? null : Connections?.GetValueOrDefault(name);

    /// <summary>Takes a connection for use; of those for a single use only the first taker gets it.</summary>
    public bool TryTake(string name, JsonConnection connection) => !connection.SingleUse || Connections!.TryRemove(name, out _);
}

/// <summary>A connection of such a user: to a desktop, or into a running connection.</summary>
internal sealed class JsonConnection
{
    /// <summary>By what others can join it while it runs.</summary>
    public string? Id { get; set; }

    public string? Protocol { get; set; }

    /// <summary>The <see cref="Id"/> of the running connection to join.</summary>
    public string? Join { get; set; }

    public Dictionary<string, string>? Parameters { get; set; }

    public bool SingleUse { get; set; }
}
