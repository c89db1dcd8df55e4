using GuacAspire.Contracts;

namespace GuacAspire.Portal.Web.Sharing;

/// <summary>The body of <c>POST /api/desktops/{id}/shares</c>.</summary>
/// <param name="Mode">Whether whoever has the link may only look on, or work as well.</param>
/// <param name="ExpiresInMinutes">For how long the link is good: 1 to 1440, an hour if it is not said.</param>
internal sealed record NewLink(ShareMode? Mode, int? ExpiresInMinutes = null);

/// <summary>A link to a desktop, as the desktop's owner sees it.</summary>
/// <param name="Id">Its name. It opens nothing.</param>
/// <param name="Mode">What it is good for.</param>
/// <param name="CreatedAt">Since when it is.</param>
/// <param name="ExpiresAt">Until when it is.</param>
/// <param name="Viewers">How many look on by it now; null when that is not known.</param>
/// <param name="Link">The link itself, in the answer that made it and never again.</param>
internal sealed record LinkInfo(
    string Id, ShareMode Mode, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, int? Viewers, string? Link = null)
{
    public static LinkInfo Of(Share share) => new(share.Id, share.Mode, share.CreatedAt, share.ExpiresAt, share.Viewers);
}

/// <summary>The body of <c>POST /api/shared</c>.</summary>
/// <param name="Secret">What stands behind the <c>#</c> of a link.</param>
internal sealed record Redemption(string? Secret);

/// <summary>What opens the picture of a desktop that somebody shares.</summary>
/// <param name="Name">What the desktop's mesh is called.</param>
/// <param name="Mode">What the link is good for.</param>
/// <param name="LinkExpiresAt">Until when the link is good.</param>
/// <param name="Tunnel">The path of the WebSocket, from the origin, without a query.</param>
/// <param name="Token">The token that opens it, alone; no cookie is needed.</param>
/// <param name="DataSource">Literally <c>GUAC_DATA_SOURCE</c>.</param>
/// <param name="Connection">Literally <c>GUAC_ID</c>.</param>
/// <param name="Type">Literally <c>GUAC_TYPE</c>.</param>
/// <param name="ExpiresAt">When the token is revoked unless a tunnel is open.</param>
/// <param name="RecordingSince">Since when the screen is recorded; null when it is not.</param>
internal sealed record SharedTicket(
    string Name, ShareMode Mode, DateTimeOffset LinkExpiresAt,
    string Tunnel, string Token, string DataSource, string Connection, string Type, DateTimeOffset ExpiresAt,
    DateTimeOffset? RecordingSince);
