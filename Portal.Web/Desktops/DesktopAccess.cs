using GuacAspire.Contracts;
using GuacAspire.Portal.Web.Session;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>Gives a desktop to its owner; to everybody else there is none.</summary>
internal sealed class DesktopAccess(ProvisionerClient provisioner)
{
    private const int IdLength = 20;

    public async Task<Desktop?> FindAsync(PortalSession session, string id, CancellationToken cancellationToken) =>
        // What is no desktop's id may well be something else to the Provisioner, such as its stream of everybody's changes.
        id.Length == IdLength && await provisioner.FindAsync(id, cancellationToken) is { } desktop && desktop.Owner == session.Username
            ? desktop
            : null;
}
