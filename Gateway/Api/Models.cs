using System.Text.Json.Serialization;

namespace GuacAspire.Gateway.Api;

// The objects of the REST interface. Null fields are left out, null attributes are not.

[JsonIgnoreNulls]
internal sealed class ApiUser
{
    public string? Username { get; set; }
    public string? Password { get; set; }
    public bool Disabled { get; set; }
    public Dictionary<string, string?>? Attributes { get; set; }
    public long? LastActive { get; set; }
}

[JsonIgnoreNulls]
internal sealed class ApiUserGroup
{
    public string? Identifier { get; set; }
    public bool Disabled { get; set; }
    public Dictionary<string, string?>? Attributes { get; set; }
}

[JsonIgnoreNulls]
internal sealed class ApiConnection
{
    public string? Name { get; set; }
    public string? Identifier { get; set; }
    public string? ParentIdentifier { get; set; }
    public string? Protocol { get; set; }
    public Dictionary<string, string?>? Parameters { get; set; }
    public Dictionary<string, string?>? Attributes { get; set; }
    public List<ApiSharingProfile>? SharingProfiles { get; set; }
    public int ActiveConnections { get; set; }
    public long? LastActive { get; set; }
}

[JsonIgnoreNulls]
internal sealed class ApiConnectionGroup
{
    public string? Name { get; set; }
    public string? Identifier { get; set; }
    public string? ParentIdentifier { get; set; }
    public ConnectionGroupType? Type { get; set; }
    public int ActiveConnections { get; set; }
    public List<ApiConnectionGroup>? ChildConnectionGroups { get; set; }
    public List<ApiConnection>? ChildConnections { get; set; }
    public Dictionary<string, string?>? Attributes { get; set; }
}

[JsonConverter(typeof(ExactEnum<ConnectionGroupType>))]
internal enum ConnectionGroupType
{
    ORGANIZATIONAL,
    BALANCING,
}

[JsonIgnoreNulls]
internal sealed class ApiSharingProfile
{
    public string? Name { get; set; }
    public string? Identifier { get; set; }
    public string? PrimaryConnectionIdentifier { get; set; }
    public Dictionary<string, string?>? Parameters { get; set; }
    public Dictionary<string, string?>? Attributes { get; set; }
}

internal sealed record ApiActiveConnection(
    string Identifier, string? ConnectionIdentifier, long StartDate, string? RemoteHost, string? Username, bool Connectable);

internal sealed record ApiPasswordUpdate(string? OldPassword, string? NewPassword);

internal sealed record ApiAuthentication(string AuthToken, string Username, string DataSource, IReadOnlyList<string> AvailableDataSources);
