using System.Text.Json.Serialization;

namespace GuacAspire.Contracts;

/// <summary>What whoever comes by a link may do. Serialized in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ShareMode>))]
public enum ShareMode
{
    /// <summary>Look on.</summary>
    [JsonStringEnumMemberName("view")]
    View,

    /// <summary>Work with mouse, keys and clipboard as the owner does.</summary>
    [JsonStringEnumMemberName("control")]
    Control,
}

/// <summary>The body of <c>POST /desktops/{id}/shares</c>.</summary>
/// <param name="Mode">What the link is good for.</param>
/// <param name="ExpiresInMinutes">For how long, at most a day.</param>
public sealed record ShareRequest(ShareMode Mode, double ExpiresInMinutes);

/// <summary>A link to a desktop for others than its owner.</summary>
/// <param name="Id">Its name. It opens nothing.</param>
/// <param name="Mode">What it is good for.</param>
/// <param name="CreatedAt">Since when it is.</param>
/// <param name="ExpiresAt">Until when it is.</param>
/// <param name="Viewers">How many look on by it now; null when Guacamole does not answer.</param>
public sealed record Share(string Id, ShareMode Mode, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, int? Viewers);

/// <summary>A new link, and what opens it: nobody can ever ask for that again.</summary>
/// <param name="Share">The link.</param>
/// <param name="Secret">256 random bits.</param>
public sealed record NewShare(Share Share, string Secret);

/// <summary>The body of <c>POST /shares/redeem</c>.</summary>
/// <param name="Secret">What opens a link.</param>
public sealed record ShareSecret(string Secret);

/// <summary>What a link leads to.</summary>
/// <param name="Owner">The Guacamole user name of whom the desktop belongs to.</param>
/// <param name="Mesh">The mesh's id in the catalogue.</param>
/// <param name="Mode">What the link is good for.</param>
/// <param name="ExpiresAt">Until when it is.</param>
/// <param name="Ticket">What opens the picture; null as long as the owner is not connected, since there is nothing to look at then.</param>
/// <param name="RecordingSince">Since when the desktop's screen is recorded; null when it is not.</param>
public sealed record SharedDesktop(
    string Owner, string Mesh, ShareMode Mode, DateTimeOffset ExpiresAt, DesktopTicket? Ticket, DateTimeOffset? RecordingSince = null);
