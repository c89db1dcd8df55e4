using Guacamole.Client;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Sharing;

/// <summary>
/// The visits that people pay by links: each hangs on a Guacamole token of its own, good for one desktop as long as its owner stays.
/// </summary>
internal sealed partial class ShareVisits(
    GuacamoleClient client,
    GuacamoleSession admin,
    OwnersLine owners,
    SharingProfiles profiles,
    ShareSecrets secrets,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<ShareVisits> logger)
{
    /// <summary>A ticket to what the owner looks at now; null while there is nothing.</summary>
    public async Task<(DesktopTicket Ticket, string Line)?> TryBeginAsync(
        string desktop, string connection, ShareMode mode, CancellationToken cancellationToken)
    {
        try
        {
            if (await owners.FindAsync(desktop, connection, cancellationToken) is not { } line)
                return null;
            var key = await KeyAsync(line, connection, mode, cancellationToken);
            var login = await client.LoginAsync([new("key", key)], cancellationToken);
            return (new(login.AuthToken, login.DataSource, key, "c", time.GetUtcNow() + options.Value.TicketLifetime), line);
        }
        catch (GuacamoleException e) when (e is GuacamoleNotFoundException or GuacamoleInvalidCredentialsException)
        {
            // The owner has left meanwhile, and the key with the owner.
            return null;
        }
    }

    // To Guacamole the connection that a visitor opens is called as the key, so visitors know it.
    public ShareViewer Record(DesktopTicket ticket, string line, DateTimeOffset now) =>
        new(secrets.Seal(ticket.Token), now + options.Value.TicketLifetime, secrets.Seal(ticket.Connection), line);

    /// <summary>How many of those who have come are still there.</summary>
    public async Task<int> CountAsync(ShareLink link, CancellationToken cancellationToken) =>
        (await Task.WhenAll(link.Viewers.Select(viewer => IsThereAsync(viewer, cancellationToken)))).Count(isThere => isThere);

    public async Task<bool> IsThereAsync(ShareViewer viewer, CancellationToken cancellationToken)
    {
        try
        {
            // Of whom nobody can tell any more it is believed.
            return secrets.Open(viewer.Token) is not { } token || (await client.ListTunnelsAsync(token, cancellationToken)).Count > 0;
        }
        catch (GuacamolePermissionDeniedException)
        {
            // The token is none any more.
            return false;
        }
    }

    /// <summary>Ends visits, and with each the tunnels that it has open. A visit that is over is no fault.</summary>
    /// <returns>The owner's connections to which some of them still hold a key.</returns>
    public async Task<IReadOnlyCollection<string>> EndAsync(IReadOnlyCollection<ShareViewer> viewers, CancellationToken cancellationToken)
    {
        var lines = await Task.WhenAll(
            viewers.Select(async viewer => await TakeKeyBackAsync(viewer, cancellationToken) ? null : viewer.Line));
        await Task.WhenAll(viewers
            .Select(viewer => secrets.Open(viewer.Token)).OfType<string>()
            .Select(token => client.LogoutAsync(token, cancellationToken)));
        return lines.OfType<string>().ToHashSet();
    }

    /// <summary>
    /// Ends all visits by a link, also those of which nobody knows any more: with the owner's connection, where nothing else ends what leads
    /// to it. The owner and those with good links come back by themselves.
    /// </summary>
    public async Task EndAsync(ShareLink link, string? connection, CancellationToken cancellationToken)
    {
        string[] lines = [.. link.Lines.Union(await EndAsync(link.Viewers, cancellationToken))];
        if (lines.Length > 0)
            await EndLinesAsync(link.Id, lines, cancellationToken);
        if (connection is not null && link.Viewers.Any(viewer => secrets.Open(viewer.Token) is null))
            await owners.EndOthersAsync(link.Desktop, connection, cancellationToken);
    }

    private async Task EndLinesAsync(string link, string[] lines, CancellationToken cancellationToken)
    {
        try
        {
            await admin.KillActiveConnectionsAsync(lines, cancellationToken);
        }
        catch (GuacamoleException e) when (!e.IsPassing)
        {
            LogKeysStay(link, e.Message);
        }
    }

    private async Task<bool> TakeKeyBackAsync(ShareViewer viewer, CancellationToken cancellationToken) =>
        viewer is { Key: { } seal, Line: { } line } && secrets.Open(seal) is { } key
        && await admin.TryRevokeSharingKeyAsync(line, key, cancellationToken);

    private async Task<string> KeyAsync(string line, string connection, ShareMode mode, CancellationToken cancellationToken)
    {
        var profile = await profiles.EnsureAsync(connection, mode, cancellationToken);
        try
        {
            return await admin.GetSharingKeyAsync(line, profile, cancellationToken);
        }
        catch (GuacamolePermissionDeniedException)
        {
            // What Guacamole says of a profile that is gone.
            profiles.Forget(connection, mode);
        }

        try
        {
            profile = await profiles.EnsureAsync(connection, mode, cancellationToken);
            return await admin.GetSharingKeyAsync(line, profile, cancellationToken);
        }
        catch (GuacamolePermissionDeniedException e)
        {
            throw ShareRefusals.Denied(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Who came by link {Link} and kept Guacamole's key may use it until the desktop's owner leaves: {Reason}")]
    private partial void LogKeysStay(string link, string reason);
}
