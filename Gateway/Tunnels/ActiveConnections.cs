using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>The open tunnels, as far as a caller may see and end them.</summary>
internal sealed class ActiveConnections(TunnelRegistry registry, Database database)
{
    public async Task<Dictionary<string, ApiActiveConnection>> ListAsync(Caller caller, CancellationToken cancel)
    {
        if (registry.All.Count == 0)
            return [];
        await using var work = await database.BeginAsync(caller, cancel);
        return (await VisibleAsync(work, caller)).ToDictionary(tunnel => tunnel.Uuid, tunnel => ToApi(caller, tunnel));
    }

    public async Task<Tunnel> RequireAsync(Caller caller, string uuid, CancellationToken cancel)
    {
        await using var work = await database.BeginAsync(caller, cancel);
        return (await VisibleAsync(work, caller)).Find(tunnel => string.Equals(tunnel.Uuid, uuid, StringComparison.OrdinalIgnoreCase))
            ?? throw GuacamoleException.NotFound(uuid);
    }

    /// <summary>Ends a tunnel. Only administrators learn by silence that there is none.</summary>
    public void Kill(Caller caller, string uuid)
    {
        var tunnel = registry.Find(uuid) is { IsExternal: false } found ? found : null;
        if (!caller.IsAdministrator && (tunnel is null || !IsOwn(caller, tunnel)))
            throw GuacamoleException.Denied();
        if (tunnel is not null)
            registry.Kill(tunnel);
    }

    /// <summary>What a user may do with the tunnels that the caller sees.</summary>
    public async Task<IEnumerable<(string Uuid, List<string> Permissions)>> PermissionsAsync(Work work, Caller caller, string? username)
    {
        if (registry.All.Count == 0)
            return [];
        return (await VisibleAsync(work, caller)).Select(tunnel => (
            tunnel.Uuid,
            (List<string>)(caller.IsAdministrator || string.Equals(tunnel.Session.Username, username, StringComparison.OrdinalIgnoreCase)
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
            "SELECT connection_id FROM guacamole_connection_permission WHERE entity_id IN @entities AND permission = 'READ' AND connection_id IN @ids",
            new { entities = caller.Entities, ids = tunnels.Select(tunnel => tunnel.Connection.Id).Distinct() })).ToHashSet();
        return tunnels.FindAll(tunnel => readable.Contains(tunnel.Connection.Id));
    }

    private static bool IsOwn(Caller caller, Tunnel tunnel) => tunnel.Session.UserId == caller.Session.UserId;
}
