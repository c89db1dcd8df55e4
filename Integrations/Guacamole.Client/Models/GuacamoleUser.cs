namespace Guacamole.Client;

/// <summary>A user.</summary>
/// <param name="Username">Its name, unique whatever the case.</param>
public sealed record GuacamoleUser(string Username)
{
    /// <summary>Only sent, never received.</summary>
    public string? Password { get; init; }

    /// <summary>Whether it may not sign in. Apache's server ignores this at creation.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Profile and restrictions, such as <c>valid-until</c>; Guacamole wants this to be present even if empty.</summary>
    public IReadOnlyDictionary<string, string?> Attributes { get; init; } = new Dictionary<string, string?>();

    /// <summary>When it last signed in.</summary>
    public DateTimeOffset? LastActive { get; init; }
}
