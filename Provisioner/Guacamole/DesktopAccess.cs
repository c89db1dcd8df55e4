using System.Security.Cryptography;
using Guacamole.Client;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Guacamole;

/// <summary>
/// A desktop's connection in Guacamole, and the throw-away user who may see that connection and nothing else. Both are named after the
/// desktop, so that every call can be made again and finds what an earlier one has left.
/// </summary>
internal sealed class DesktopAccess(
    GuacamoleClient client,
    GuacamoleSession admin,
    DesktopIds ids,
    EntryRights rights,
    IOptions<GuacamoleOptions> options,
    IOptions<DesktopsOptions> desktops,
    TimeProvider time)
{
    private const string UserPrefix = "desktop-";

    private readonly SharedLook<IReadOnlyDictionary<string, GuacamoleConnection>> _connections = new(admin.ListConnectionsAsync);
    private readonly SharedLook<IReadOnlyDictionary<string, GuacamoleActiveConnection>> _active = new(admin.ListActiveConnectionsAsync);

    public static string UserOf(string id) => UserPrefix + id;

    public static string? DesktopOf(string username) =>
        username.StartsWith(UserPrefix, StringComparison.Ordinal) ? username[UserPrefix.Length..] : null;

    /// <summary>Finds out whether Guacamole answers and accepts us.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken) => admin.GetSelfAsync(cancellationToken);

    /// <summary>Registers a desktop's connection.</summary>
    /// <returns>Its identifier.</returns>
    public async Task<string> ConnectAsync(string id, string host, string vncPassword, bool isRecorded, CancellationToken cancellationToken)
    {
        var connection = DesktopConnection.Describe(id, host, vncPassword, isRecorded, options.Value);
        try
        {
            return (await admin.CreateConnectionAsync(connection, cancellationToken)).Identifier
                ?? throw new GuacamoleException("Guacamole gave the new connection no identifier.", GuacamoleErrorType.Unknown, null);
        }
        catch (GuacamoleException e) when (e.Type == GuacamoleErrorType.BadRequest)
        {
            if (await FindConnectionsAsync(id, cancellationToken) is not [var identifier, ..])
                throw;
            await admin.UpdateConnectionAsync(connection with { Identifier = identifier }, cancellationToken);
            return identifier;
        }
    }

    /// <summary>Makes the desktop's user, who may see nothing yet.</summary>
    /// <returns>The user's password.</returns>
    public async Task<string> EnrolAsync(string id, CancellationToken cancellationToken)
    {
        var password = Secrets.Password();
        var user = new GuacamoleUser(UserOf(id)) { Password = password };
        try
        {
            await admin.CreateUserAsync(user, cancellationToken);
        }
        catch (GuacamoleException e) when (e.Type == GuacamoleErrorType.BadRequest)
        {
            await admin.UpdateUserAsync(user, cancellationToken);
        }

        return password;
    }

    /// <summary>Lets the desktop's user see the connection. Whoever finds that it may takes the desktop for wholly registered.</summary>
    public Task GrantAsync(string id, string connection, CancellationToken cancellationToken) =>
        admin.ChangePermissionsAsync(
            UserOf(id), [GuacamolePermissionChange.GrantConnection(connection, GuacamoleAccess.Read)], cancellationToken);

    /// <summary>Gives the desktop's user another password, for when the one it has is not known any more.</summary>
    public async Task<string> ResetPasswordAsync(string id, CancellationToken cancellationToken)
    {
        var password = Secrets.Password();
        await admin.UpdateUserAsync(new(UserOf(id)) { Password = password }, cancellationToken);
        return password;
    }

    public async Task<DesktopTicket> IssueTicketAsync(string id, string password, string connection, CancellationToken cancellationToken)
    {
        // An owner who is about to come in is not to wait until it is this desktop's turn.
        rights.Doubt(id);
        var login = await client.LoginAsync(UserOf(id), password, cancellationToken);
        return new(login.AuthToken, login.DataSource, connection, "c", time.GetUtcNow() + desktops.Value.TicketLifetime);
    }

    /// <summary>Ends the desktop's tunnels and removes its connection and user.</summary>
    public async Task RetireAsync(string id, CancellationToken cancellationToken)
    {
        rights.Forget(id);
        // More than one where a call of which no answer came was made again and both were obeyed.
        if (await FindConnectionsAsync(id, cancellationToken) is { Length: > 0 } connections)
        {
            var active = await _active.LookAsync(cancellationToken);
            string[] open = [.. active.Where(pair => connections.Contains(pair.Value.ConnectionIdentifier)).Select(pair => pair.Key)];
            if (open.Length > 0)
                await admin.KillActiveConnectionsAsync(open, cancellationToken);
            foreach (var connection in connections)
                await IgnoreMissingAsync(admin.DeleteConnectionAsync(connection, cancellationToken));
        }

        await IgnoreMissingAsync(admin.DeleteUserAsync(UserOf(id), cancellationToken));
        // A look that went on meanwhile may have seen it.
        rights.Forget(id);
    }

    /// <summary>Everything in Guacamole that is named like a desktop's: as many calls for a thousand desktops as for ten.</summary>
    public async Task<Registrations> ObserveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connections = await admin.ListConnectionsAsync(cancellationToken);
            var users = await admin.ListUsersAsync(cancellationToken);
            var identifiers = connections.Values.Where(connection => connection.Identifier is not null)
                .DistinctBy(connection => connection.Name)
                .ToDictionary(connection => connection.Name, connection => connection.Identifier!);
            var present = identifiers.Where(one => ids.IsOwn(one.Key) && users.ContainsKey(UserOf(one.Key))).ToDictionary();
            return new(identifiers, users, await rights.LookAsync(present, cancellationToken));
        }
        catch (GuacamoleException)
        {
            // Who knows what it will have when it is back: perhaps its database was.
            rights.DoubtAll();
            throw;
        }
    }

    private async Task<string[]> FindConnectionsAsync(string id, CancellationToken cancellationToken) =>
        [.. (await _connections.LookAsync(cancellationToken)).Where(pair => pair.Value.Name == id).Select(pair => pair.Key)];

    private static async Task IgnoreMissingAsync(Task deletion)
    {
        try
        {
            await deletion;
        }
        catch (GuacamoleNotFoundException)
        {
        }
    }
}

/// <summary>
/// What Guacamole holds at a moment: connections' identifiers by name, users by name, and the desktops that their user may enter.
/// </summary>
internal sealed record Registrations(
    IReadOnlyDictionary<string, string> Connections, IReadOnlyDictionary<string, GuacamoleUser> Users, IReadOnlySet<string> Whole)
{
    public bool IsComplete(string id) => Whole.Contains(id);
}

/// <summary>Random secrets.</summary>
internal static class Secrets
{
    private const string Characters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    public static string Password() => RandomNumberGenerator.GetString(Characters, 32);

    /// <summary>VNC's own authentication looks at no more than eight characters.</summary>
    public static string VncPassword() => RandomNumberGenerator.GetString(Characters, 8);
}
