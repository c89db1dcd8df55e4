namespace Guacamole.Client;

/// <summary>A connection to a remote desktop.</summary>
/// <param name="Name">Its name, unique in its group whatever the case.</param>
/// <param name="Protocol">For example <c>vnc</c>.</param>
public sealed record GuacamoleConnection(string Name, string Protocol)
{
    /// <summary>The group at the top of all connections.</summary>
    public const string Root = "ROOT";

    /// <summary>Given by Guacamole at creation.</summary>
    public string? Identifier { get; init; }

    /// <summary>The group that it is in.</summary>
    public string ParentIdentifier { get; init; } = Root;

    /// <summary>What guacd is told; only sent, never part of what is listed.</summary>
    public IReadOnlyDictionary<string, string?>? Parameters { get; init; }

    /// <summary>Limits, weights and an own guacd; Guacamole wants this to be present even if empty.</summary>
    public IReadOnlyDictionary<string, string?> Attributes { get; init; } = new Dictionary<string, string?>();

    /// <summary>How many use it now.</summary>
    public int ActiveConnections { get; init; }

    /// <summary>When it was last used.</summary>
    public DateTimeOffset? LastActive { get; init; }
}
