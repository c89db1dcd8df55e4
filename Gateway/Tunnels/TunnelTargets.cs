using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.JsonUsers;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Sharing;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>What a request leads to: one connection, the children of a balancing group, or a running connection to join.</summary>
internal sealed record ResolvedTarget(IReadOnlyList<ConnectionRow> Candidates)
{
    public ConnectionGroupRow? Group { get; init; }

    /// <summary>guacd's identifier of the running connection to join.</summary>
    public string? Joins { get; init; }

    /// <summary>The tunnel whose owner shares it, and the sharing profile that restricts the guest.</summary>
    public Tunnel? SharedFrom { get; init; }

    public SharingProfileRow? Profile { get; init; }

    /// <summary>The share that is joined by its key.</summary>
    public Share? Share { get; init; }

    /// <summary>What guacd is told, for a connection that is not the database's; null for those that are.</summary>
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>Is told of the tunnel once it is open.</summary>
    public Action<Tunnel>? Opened { get; init; }

    public bool IsExternal => Parameters is not null;
}

/// <summary>Finds targets, as far as the session's user may see them.</summary>
internal sealed class TunnelTargets(Database database, TunnelRegistry registry, ShareKeys shares, JsonConnections brought)
{
    public async Task<ResolvedTarget> ResolveAsync(Session session, TunnelRequest request, CancellationToken cancel)
    {
        if (request.DataSource == Session.Shared)
            return Shared(session, request);
        if (request.DataSource == Session.Json)
            return brought.Resolve(session, request);
        var caller = await Caller.LoadAsync(database, session, cancel);
        return request.Target switch
        {
            TunnelTarget.Group => await GroupAsync(caller, request.Id, cancel),
            TunnelTarget.ActiveConnection => await ActiveAsync(caller, request.Id, cancel),
            _ => new ResolvedTarget([await ConnectionAsync(caller, request.Id, cancel)]),
        };
    }

    private ResolvedTarget Shared(Session session, TunnelRequest request)
    {
        var share = request.Target == TunnelTarget.Connection ? session.FindShare(shares, request.Id) : null;
        if (share is null)
            throw Nowhere();
        return new ResolvedTarget([share.Tunnel.Connection])
        {
            Joins = share.Tunnel.Guacd.Id,
            SharedFrom = share.Tunnel,
            Profile = share.Profile,
            Share = share,
        };
    }

    private static GuacamoleException Nowhere() => GuacamoleException.Missing("Requested tunnel destination does not exist.");

    private async Task<ConnectionRow> ConnectionAsync(Caller caller, string identifier, CancellationToken cancel)
    {
        if (!Identifiers.TryParse(identifier, out var id))
            throw Nowhere();
        await using var open = await database.OpenAsync(cancel);
        return await open.QueryFirstOrDefaultAsync<ConnectionRow>(
            $"""
            SELECT {ConnectionRow.Columns} FROM guacamole_connection c
            WHERE c.connection_id = @id AND (@all OR {ObjectKind.Connection.Readable("c.connection_id")})
            """,
            new { id, all = caller.IsAdministrator, entities = caller.Entities }) ?? throw Nowhere();
    }

    private async Task<ResolvedTarget> GroupAsync(Caller caller, string identifier, CancellationToken cancel)
    {
        if (!Identifiers.TryParse(identifier, out var id))
            throw Nowhere();
        await using var open = await database.OpenAsync(cancel);
        var group = await open.QueryFirstOrDefaultAsync<ConnectionGroupRow>(
            $"""
            SELECT {ConnectionGroupRow.Columns} FROM guacamole_connection_group g
            WHERE g.connection_group_id = @id AND (@all OR {ObjectKind.ConnectionGroup.Readable("g.connection_group_id")})
            """,
            new { id, all = caller.IsAdministrator, entities = caller.Entities }) ?? throw Nowhere();
        if (group.Type != nameof(ConnectionGroupType.BALANCING))
            throw GuacamoleException.Denied();
        // Who may read a balancing group may be connected to any of its members.
        var members = (await open.QueryAsync<ConnectionRow>(
            $"SELECT {ConnectionRow.Columns} FROM guacamole_connection c WHERE c.parent_id = @id", new { id })).AsList();
        if (members.Count == 0)
            throw GuacamoleException.Denied();
        if (group.EnableSessionAffinity && members.Find(member => caller.Session.Prefers(member.Id)) is { } preferred)
            members = [preferred];
        return new ResolvedTarget(members) { Group = group };
    }

    private async Task<ResolvedTarget> ActiveAsync(Caller caller, string uuid, CancellationToken cancel)
    {
        var tunnel = registry.Find(uuid) ?? throw Nowhere();
        var connection = await ConnectionAsync(caller, Identifiers.Text(tunnel.Connection.Id), cancel);
        if (!caller.IsAdministrator && tunnel.Session.UserId != caller.Session.UserId)
            throw GuacamoleException.Denied();
        return new ResolvedTarget([connection]) { Joins = tunnel.Guacd.Id };
    }
}
