namespace Guacamole.Client;

/// <summary>A row of the connection history: one use of one connection, which may be gone since.</summary>
/// <param name="Identifier">The row's own identifier.</param>
/// <param name="Uuid">Names whatever is kept outside of the database about this use; also the identifier that its tunnel had.</param>
/// <param name="ConnectionIdentifier">The connection; null when that has been deleted.</param>
/// <param name="ConnectionName">What the connection was called.</param>
/// <param name="Username">Who used it.</param>
/// <param name="StartDate">Since when.</param>
/// <param name="EndDate">Until when; null while it goes on.</param>
/// <param name="Logs">What has been recorded of it, by name.</param>
public sealed record GuacamoleHistoryRecord(
    string? Identifier,
    string? Uuid,
    string? ConnectionIdentifier,
    string? ConnectionName,
    string? Username,
    DateTimeOffset? StartDate,
    DateTimeOffset? EndDate,
    IReadOnlyDictionary<string, GuacamoleLog>? Logs);

/// <summary>Something that has been recorded of a use of a connection.</summary>
/// <param name="Type">What it is, for example <see cref="SessionRecording"/>.</param>
public sealed record GuacamoleLog(string Type)
{
    /// <summary>The type of what guacd records of a screen.</summary>
    public const string SessionRecording = "GUACAMOLE_SESSION_RECORDING";
}
