using GuacAspire.Contracts;
using GuacAspire.Portal.Web.Session;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>Gives a desktop to its owner; to everybody else there is none.</summary>
internal sealed class DesktopAccess(ProvisionerClient provisioner)
{
    public async Task<Desktop?> FindAsync(PortalSession session, string id, CancellationToken cancellationToken) =>
        await provisioner.FindAsync(id, cancellationToken) is { } desktop && desktop.Owner == session.Username ? desktop : null;
}
