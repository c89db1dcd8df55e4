using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>The open tunnels, as far as a caller may see and end them.</summary>
internal sealed class ActiveConnections(TunnelRegistry registry, Database database)
{
    public async Task<Dictionary<string, ApiActiveConnection>> ListAsync(
        Caller caller, IReadOnlyList<ObjectPermission> permissions, CancellationToken cancel)
    {
        if (registry.All.Count == 0)
            return [];
        await using var work = await database.BeginAsync(caller, cancel);
        return (await VisibleAsync(work, caller))
            .Where(tunnel => permissions.Count == 0 || caller.IsAdministrator
                || permissions.Any(permission => May(caller, tunnel, permission)))
            .ToDictionary(tunnel => tunnel.Uuid, tunnel => ToApi(caller, tunnel));
    }

    public async Task<Tunnel> RequireAsync(Caller caller, string uuid, CancellationToken cancel)
    {
        await using var work = await database.BeginAsync(caller, cancel);
        return (await VisibleAsync(work, caller)).Find(tunnel => string.Equals(tunnel.Uuid, uuid, StringComparison.OrdinalIgnoreCase))
            ?? throw GuacamoleException.NotFound(uuid);
    }

    /// <summary>The same, without an error for a tunnel that is over or that the caller does not see.</summary>
    public async Task<Tunnel?> FindAsync(Caller caller, string uuid, CancellationToken cancel)
    {
        await using var work = await database.BeginAsync(caller, cancel);
        return (await VisibleAsync(work, caller)).Find(tunnel => tunnel.Uuid == uuid);
    }

    public void Kill(Caller caller, Tunnel tunnel)
    {
        if (!May(caller, tunnel, ObjectPermission.DELETE))
            throw GuacamoleException.Denied();
        registry.Kill(tunnel);
    }

    /// <summary>What an entity, a user's or a group's, may do with the tunnels that the caller sees.</summary>
    public async Task<IEnumerable<(
        string Uuid, List<string> Permissions)>> PermissionsAsync(Work work, Caller caller, int? user, int entity)
    {
        if (registry.All.Count == 0)
            return [];
        var isAdministrator = await work.ScalarAsync<bool>(
            EffectiveEntities.Sql(
                """
                SELECT EXISTS (
                    SELECT 1 FROM effective e JOIN guacamole_system_permission p ON p.entity_id = e.entity_id AND p.permission = 'ADMINISTER')
                """),
            new { entity });
        return (await VisibleAsync(work, caller)).Select(tunnel => (
            tunnel.Uuid,
            (List<string>)(isAdministrator || tunnel.Session.UserId == user
                ? [nameof(ObjectPermission.READ), nameof(ObjectPermission.DELETE)]
                : [nameof(ObjectPermission.READ)])));
    }

    public static ApiActiveConnection ToApi(Caller caller, Tunnel tunnel)
    {
        var isOpen = caller.IsAdministrator || IsOwn(caller, tunnel);
        return new ApiActiveConnection(
            tunnel.Uuid,
            Identifiers.Text(tunnel.Connection.Id),
            tunnel.Started.ToUnixTimeMilliseconds(),
            isOpen ? tunnel.Session.RemoteHost : null,
            isOpen ? tunnel.Session.Username : null,
            isOpen);
    }

    private async Task<List<Tunnel>> VisibleAsync(Work work, Caller caller)
    {
        var tunnels = registry.All.Where(tunnel => !tunnel.IsExternal).ToList();
        if (caller.IsAdministrator || tunnels.Count == 0)
            return tunnels;
        var readable = (await work.QueryAsync<int>(
            """
            SELECT connection_id FROM guacamole_connection_permission
            WHERE entity_id IN @entities AND permission = 'READ' AND connection_id IN @ids
            """,
            new { entities = caller.Entities, ids = tunnels.Select(tunnel => tunnel.Connection.Id).Distinct() })).ToHashSet();
        return tunnels.FindAll(tunnel => readable.Contains(tunnel.Connection.Id));
    }

    private static bool May(Caller caller, Tunnel tunnel, ObjectPermission permission) => permission switch
    {
        ObjectPermission.READ => true,
        ObjectPermission.DELETE => caller.IsAdministrator || IsOwn(caller, tunnel),
        _ => false,
    };

    private static bool IsOwn(Caller caller, Tunnel tunnel) => tunnel.Session.UserId == caller.Session.UserId;
}
