using System.Text.Json.Serialization;

namespace Guacamole.Client;

/// <summary>What one may do with an object.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GuacamoleAccess>))]
public enum GuacamoleAccess
{
    /// <summary>See and use it.</summary>
    [JsonStringEnumMemberName("READ")]
    Read,

    /// <summary>Change it.</summary>
    [JsonStringEnumMemberName("UPDATE")]
    Update,

    /// <summary>Delete it.</summary>
    [JsonStringEnumMemberName("DELETE")]
    Delete,

    /// <summary>Give permissions on it to others.</summary>
    [JsonStringEnumMemberName("ADMINISTER")]
    Administer,
}

/// <summary>The permissions of a user: what on which object, and on the system as a whole.</summary>
public sealed record GuacamolePermissions
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<GuacamoleAccess>> None =
        new Dictionary<string, IReadOnlyList<GuacamoleAccess>>();

    /// <summary>Permissions by connection.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<GuacamoleAccess>> ConnectionPermissions { get; init; } = None;

    /// <summary>Permissions by connection group.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<GuacamoleAccess>> ConnectionGroupPermissions { get; init; } = None;

    /// <summary>Permissions by user.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<GuacamoleAccess>> UserPermissions { get; init; } = None;

    /// <summary>For example <c>CREATE_USER</c> or <c>ADMINISTER</c>; versions of Guacamole differ in which there are.</summary>
    public IReadOnlyList<string> SystemPermissions { get; init; } = [];
}
