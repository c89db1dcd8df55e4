using GuacAspire.Contracts;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>The body of <c>POST /api/desktops</c>.</summary>
/// <param name="Mesh">The id of a mesh in the catalogue.</param>
/// <param name="Width">How wide its screen should be, in pixels; only together with the height.</param>
/// <param name="Height">How high its screen should be, in pixels.</param>
/// <param name="Resume">
/// The id of a save from <c>GET /api/saves</c> to go on with, or <c>latest</c>; without it the mesh is opened as it is. Where a newer save
/// of its desktop has replaced a checkpoint since, that one is opened, and the desktop's <c>notice</c> says so.
/// </param>
internal sealed record Launch(string? Mesh, int? Width = null, int? Height = null, string? Resume = null);

/// <summary>A desktop as its owner sees it.</summary>
/// <param name="Id">Its unguessable name.</param>
/// <param name="Mesh">The id of the mesh that it was launched with.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Step">The step of the launch that is under way.</param>
/// <param name="Percent">How much of the launch is done.</param>
/// <param name="Message">A sentence for the person waiting.</param>
/// <param name="CreatedAt">When the launch was admitted.</param>
/// <param name="ReadyAt">When it became ready.</param>
/// <param name="SavedAt">When Blender last acknowledged a save.</param>
/// <param name="ExpiresAt">When it will be stopped at the latest.</param>
/// <param name="IdleSince">Since when nobody has used it.</param>
/// <param name="Warning">
/// Why it is about to be stopped: <c>idle</c>, <c>maxLifetime</c>, or <c>drain</c> when the whole system is being emptied.
/// </param>
/// <param name="SaveFault">Why the last attempt to save it failed.</param>
/// <param name="RecordingSince">Since when its screen is recorded while somebody looks at it; null when it is not.</param>
/// <param name="Notice">What to know of what was opened: that a newer save took the place of the one that was picked; null for nothing.</param>
internal sealed record DesktopInfo(
    string Id,
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
    string? Warning,
    string? SaveFault,
    DateTimeOffset? RecordingSince,
    string? Notice)
{
    public static DesktopInfo Of(Desktop desktop) => new(
        desktop.Id, desktop.Mesh, desktop.State, desktop.Step, desktop.Percent, desktop.Message,
        desktop.CreatedAt, desktop.ReadyAt, desktop.SavedAt, desktop.ExpiresAt, desktop.IdleSince, desktop.Warning, desktop.SaveFault,
        desktop.RecordingSince, desktop.Notice);
}

/// <summary>What opens the picture of one desktop.</summary>
/// <param name="Tunnel">The path of the WebSocket, from the origin, without a query.</param>
/// <param name="Token">The token that opens it, alone; no cookie is needed.</param>
/// <param name="DataSource">Literally <c>GUAC_DATA_SOURCE</c>.</param>
/// <param name="Connection">Literally <c>GUAC_ID</c>.</param>
/// <param name="Type">Literally <c>GUAC_TYPE</c>.</param>
/// <param name="ExpiresAt">When the token is revoked unless a tunnel is open.</param>
/// <param name="RecordingSince">
/// Since when its screen is recorded; null when it is not. Whoever had a ticket with another value knows why its tunnel was ended.
/// </param>
internal sealed record Ticket(
    string Tunnel, string Token, string DataSource, string Connection, string Type, DateTimeOffset ExpiresAt, DateTimeOffset? RecordingSince);

/// <summary>What the browser tells when it shows the first picture of a launch.</summary>
/// <param name="TunnelMilliseconds">How long ago it opened the tunnel.</param>
internal sealed record FirstFrame(double? TunnelMilliseconds);
