namespace Guacamole.Client;

/// <summary>A way in which one connection can be shared while somebody uses it.</summary>
/// <param name="Name">Its name, unique on its connection.</param>
/// <param name="PrimaryConnectionIdentifier">The connection.</param>
public sealed record GuacamoleSharingProfile(string Name, string PrimaryConnectionIdentifier)
{
    /// <summary>Given by Guacamole at creation.</summary>
    public string? Identifier { get; init; }

    /// <summary>What guacd is told of those who join, for example <c>read-only</c>; only sent, never part of what is listed.</summary>
    public IReadOnlyDictionary<string, string?>? Parameters { get; init; }

    /// <summary>None are known; Guacamole wants this to be present even if empty.</summary>
    public IReadOnlyDictionary<string, string?> Attributes { get; init; } = new Dictionary<string, string?>();
}
