namespace GuacAspire.Contracts;

/// <summary>
/// A desktop as the Provisioner reports it. The Portal shows all of it but <see cref="Owner"/> and <see cref="FileName"/>.
/// </summary>
/// <param name="Id">Unguessable, lower-case letters and digits; names the container, the connection and the user.</param>
/// <param name="Owner">The Guacamole user name of whom it belongs to.</param>
/// <param name="Mesh">The mesh's id in the catalogue.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Step">The step of the launch that is under way: admit, create, start, open, connect, grant; null when none is.</param>
/// <param name="Percent">How much of the launch is done, 0 to 100.</param>
/// <param name="Message">A sentence for the person waiting.</param>
/// <param name="CreatedAt">When the launch was admitted.</param>
/// <param name="ReadyAt">When it became ready.</param>
/// <param name="SavedAt">When Blender last acknowledged a save.</param>
/// <param name="ExpiresAt">When it will be stopped at the latest.</param>
/// <param name="IdleSince">Since when nobody has used it, if so.</param>
/// <param name="Warning">Why it is about to be stopped: idle, maxLifetime, or drain; null when it is not.</param>
/// <param name="SaveFault">Why the last attempt to save it failed; null when it did not.</param>
/// <param name="RecordingSince">Since when its screen is recorded while somebody looks at it; null when it is not.</param>
/// <param name="FileName">The mesh's file name, which a person reads more easily than the id of an upload.</param>
/// <param name="Notice">
/// What its owner should know of what was opened: that a newer save took the place of the one that was picked. Null for nothing; forgotten
/// when the Provisioner restarts.
/// </param>
public sealed record Desktop(
    string Id,
    string Owner,
    string Mesh,
    DesktopState State,
    string? Step,
    int Percent,
    string? Message,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ReadyAt,
    DateTimeOffset? SavedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? IdleSince,
    string? Warning = null,
    string? SaveFault = null,
    DateTimeOffset? RecordingSince = null,
    string? FileName = null,
    string? Notice = null);
