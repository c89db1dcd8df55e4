using Guacamole.Client;
using GuacAspire.Contracts;
using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Meshes;
using GuacAspire.Portal.Web.Problems;

namespace GuacAspire.Portal.Web.Session;

/// <summary>Leaves nothing of a session behind: its tickets are revoked, and a guest goes with all that was the guest's.</summary>
internal sealed partial class SessionCleaner(
    SessionStore sessions, TicketKeeper tickets, ProvisionerClient provisioner, UploadStore uploads, ILogger<SessionCleaner> logger)
{
    /// <summary>Cleans up, or leaves the session on file for the sweeper to try again.</summary>
    public async Task CleanUpAsync(PortalSession session, CancellationToken cancellationToken)
    {
        try
        {
            await tickets.RevokeAllAsync(session.Id, cancellationToken);
            if (session.Guest)
                await RemoveGuestAsync(session.Username, cancellationToken);
            sessions.Forget(session);
        }
        catch (Exception exception) when (exception is ApiException or GuacamoleException)
        {
            LogLater(exception.Message);
        }
    }

    private async Task RemoveGuestAsync(string username, CancellationToken cancellationToken)
    {
        // What a guest has saved goes with the guest, so there is nothing to save it for.
        foreach (var desktop in await provisioner.ListAsync(username, cancellationToken))
        {
            if (desktop.State is not (DesktopState.Stopped or DesktopState.Failed))
                await provisioner.StopAsync(desktop.Id, discard: true, cancellationToken);
        }

        await provisioner.RemoveGuestAsync(username, cancellationToken);
        uploads.RemoveAllOf(username);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A session that ended could not be cleaned up yet: {Reason}")]
    private partial void LogLater(string reason);
}
