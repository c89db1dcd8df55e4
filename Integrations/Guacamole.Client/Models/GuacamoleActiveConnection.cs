namespace Guacamole.Client;

/// <summary>A connection in use. Of other users' ones the name and address are hidden from users who are no administrators.</summary>
/// <param name="Identifier">Its own identifier, which is also its tunnel's.</param>
/// <param name="ConnectionIdentifier">The connection in use; null when that has been deleted.</param>
/// <param name="StartDate">Since when.</param>
/// <param name="RemoteHost">The address of whom it belongs to.</param>
/// <param name="Username">Whose it is.</param>
/// <param name="Connectable">Whether the asking user may join it.</param>
public sealed record GuacamoleActiveConnection(
    string Identifier,
    string? ConnectionIdentifier,
    DateTimeOffset? StartDate,
    string? RemoteHost,
    string? Username,
    bool Connectable);
