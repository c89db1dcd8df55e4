namespace GuacAspire.Provisioner.Sharing;

/// <summary>A link as it lies on the disk. Of the secret that opens it there is only the hash.</summary>
internal sealed record ShareLink(
    string Id, string Desktop, ShareMode Mode, byte[] Hash, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>Set before anything else of a revocation happens: whatever happens to us then, it is finished.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Who has come by it and may still be there.</summary>
    public IReadOnlyList<ShareViewer> Viewers { get; init; } = [];

    /// <summary>
    /// The owner's connections to which those who have left still hold keys, where Guacamole takes none back. They end with the link.
    /// </summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>The same link by another clock.</summary>
    public ShareLink Moved(Func<DateTimeOffset, DateTimeOffset> move) => this with
    {
        CreatedAt = move(CreatedAt),
        ExpiresAt = move(ExpiresAt),
        RevokedAt = RevokedAt is { } at ? move(at) : null,
        Viewers = [.. Viewers.Select(viewer => viewer with { TicketExpiresAt = move(viewer.TicketExpiresAt) })],
    };

    public bool IsOver(DateTimeOffset now) => RevokedAt is not null || now >= ExpiresAt;
}

/// <summary>Somebody who has come by a link.</summary>
/// <param name="Token">The Guacamole token that the visit hangs on, sealed.</param>
/// <param name="TicketExpiresAt">When the token is revoked unless a tunnel is open.</param>
/// <param name="Key">The sharing key that it came from, sealed: whoever knows it makes more such tokens.</param>
/// <param name="Line">The owner's connection that the key leads to.</param>
internal sealed record ShareViewer(string Token, DateTimeOffset TicketExpiresAt, string? Key = null, string? Line = null)
{
    /// <summary>Whether it has been seen with a tunnel. Who has come and is not there has left; who has not may be on the way.</summary>
    public bool HasCome { get; init; }

    /// <summary>Whether the visitor may still be on the way, with a ticket that is good.</summary>
    public bool IsArriving(DateTimeOffset now) => !HasCome && now < TicketExpiresAt;
}
