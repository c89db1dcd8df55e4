using Guacamole.Client;
using GuacAspire.Provisioner.Guacamole;

namespace GuacAspire.Provisioner.Sharing;

/// <summary>Who is connected to a desktop at this moment: its owner, and those who look on with the owner.</summary>
internal sealed class OwnersLine(GuacamoleSession admin)
{
    /// <summary>The connection in use that others can join; null while the owner is not connected.</summary>
    public async Task<string?> FindAsync(string desktop, string connection, CancellationToken cancellationToken)
    {
        var active = await ListAsync(connection, cancellationToken);
        var own = active.Where(one => IsOwners(one, desktop)).MaxBy(one => one.StartDate);
        // To an account that is no administrator nobody has a name. Whoever looks on came after the owner.
        own ??= active.All(one => one.Username is null) ? active.MinBy(one => one.StartDate) : null;
        return own?.Identifier;
    }

    /// <summary>
    /// Ends everybody's connection but the owner's, for when nobody knows by which link they have come. By good ones they come back.
    /// </summary>
    public async Task EndOthersAsync(string desktop, string connection, CancellationToken cancellationToken)
    {
        var active = await ListAsync(connection, cancellationToken);
        var others = active.Where(one => one.Username is not null && !IsOwners(one, desktop)).ToList();
        if (others.Count > 0)
            await admin.KillActiveConnectionsAsync(others.Select(one => one.Identifier), cancellationToken);
    }

    private static bool IsOwners(GuacamoleActiveConnection active, string desktop) =>
        string.Equals(active.Username, DesktopAccess.UserOf(desktop), StringComparison.OrdinalIgnoreCase);

    private async Task<List<GuacamoleActiveConnection>> ListAsync(string connection, CancellationToken cancellationToken) =>
        [.. (await admin.ListActiveConnectionsAsync(cancellationToken)).Values.Where(one => one.ConnectionIdentifier == connection)];
}
