using Guacamole.Client;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Sharing;

/// <summary>
/// The visits that people pay by links: each hangs on a Guacamole token of its own, good for one desktop as long as its owner stays.
/// </summary>
internal sealed class ShareVisits(
    GuacamoleClient client,
    GuacamoleSession admin,
    OwnersLine owners,
    SharingProfiles profiles,
    ShareSecrets secrets,
    IOptions<DesktopsOptions> options,
    TimeProvider time)
{
    /// <summary>A ticket to what the owner looks at now; null while there is nothing.</summary>
    public async Task<DesktopTicket?> TryBeginAsync(string desktop, string connection, ShareMode mode, CancellationToken cancellationToken)
    {
        try
        {
            if (await owners.FindAsync(desktop, connection, cancellationToken) is not { } line)
                return null;
            var key = await KeyAsync(line, connection, mode, cancellationToken);
            var login = await client.LoginAsync([new("key", key)], cancellationToken);
            return new(login.AuthToken, login.DataSource, key, "c", time.GetUtcNow() + options.Value.TicketLifetime);
        }
        catch (GuacamoleException e) when (e is GuacamoleNotFoundException or GuacamoleInvalidCredentialsException)
        {
            // The owner has left meanwhile, and the key with the owner.
            return null;
        }
    }

    public ShareViewer Record(DesktopTicket ticket) => new(secrets.Seal(ticket.Token), ticket.ExpiresAt);

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
    public Task EndAsync(IEnumerable<ShareViewer> viewers, CancellationToken cancellationToken) => Task.WhenAll(viewers
        .Select(viewer => secrets.Open(viewer.Token)).OfType<string>()
        .Select(token => client.LogoutAsync(token, cancellationToken)));

    /// <summary>Ends all visits by a link, also those of which nobody can read any more what they hang on.</summary>
    public async Task EndAsync(ShareLink link, string? connection, CancellationToken cancellationToken)
    {
        await EndAsync(link.Viewers, cancellationToken);
        if (connection is not null && link.Viewers.Any(viewer => secrets.Open(viewer.Token) is null))
            await owners.EndOthersAsync(link.Desktop, connection, cancellationToken);
    }

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
}
