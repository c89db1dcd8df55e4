using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Gateway.Api;

/// <summary><c>permissions</c> and <c>effectivePermissions</c> of users and groups.</summary>
internal static class PermissionsApi
{
    public static void MapPermissions<T>(this IEndpointRouteBuilder users, Principal kind, ObjectDirectory<T> directory) where T : class
    {
        PrincipalReference<T> Of(string identifier) => new(directory, DirectoryApi.Decode(identifier), kind);

        users.MapMethods("/{identifier}/permissions", Reading.Methods, (
            string identifier, HttpContext context, Caller caller, Database database, ActiveConnections active) =>
            ReadAsync(context, caller, Of(identifier), database, active, effective: false));
        users.MapPatch("/{identifier}/permissions", (string identifier, HttpContext context, Caller caller, Database database) =>
            PatchAsync(context, caller, Of(identifier), database));
        if (kind == Principal.User)
        {
            users.MapMethods("/{identifier}/effectivePermissions", Reading.Methods, (
                string identifier, HttpContext context, Caller caller, Database database, ActiveConnections active) =>
                ReadAsync(context, caller, Of(identifier), database, active, effective: true));
        }
    }

    public static async Task<IResult> ReadAsync(
        HttpContext context, Caller caller, IPrincipalReference target, Database database, ActiveConnections active, bool effective)
    {
        await using var work = await database.BeginAsync(caller, context.RequestAborted);
        var (id, entity) = await target.ResolveAsync(work);
        // The groups that let the caller see somebody do not let him see what that one may do.
        if (entity != caller.Session.EntityId)
            await RequireOwnAsync(work, target, id, ObjectPermission.READ);
        var entities = effective
            ? [.. await work.QueryAsync<int>(EffectiveEntities.Sql("SELECT entity_id FROM effective"), new { entity })]
            : new[] { entity };
        var set = await PermissionSet.ReadAsync(work.Connection, entities, work.Transaction);
        foreach (var (uuid, permissions) in await active.PermissionsAsync(work, caller, target.Kind == Principal.User ? id : null, entity))
            set.ActiveConnectionPermissions[uuid] = permissions;
        return DirectoryApi.Ok(set);
    }

    public static async Task<IResult> PatchAsync(HttpContext context, Caller caller, IPrincipalReference target, Database database)
    {
        var body = await RequestBody.ReceiveAsync(context);
        await using var work = await database.BeginAsync(caller, context.RequestAborted);
        var (id, entity) = await target.ResolveAsync(work);
        var patches = body.Require<List<ApiPatch<string>>>("A list of patches must be submitted.");
        // All are parsed before any is applied.
        var changes = patches.ConvertAll(PermissionChange.Parse);
        if (changes.Exists(change => change.IsImpossible))
            throw GuacamoleException.Denied();
        // The order is the stock server's: kind by kind, the system last, and what is granted and taken at once is taken in the end.
        var ordered = changes.OrderBy(change => change.Kind is { } kind ? ObjectKind.All.ToList().IndexOf(kind) : ObjectKind.All.Count)
            .ThenByDescending(change => change.IsAddition);
        foreach (var group in ordered.GroupBy(change => (change.Kind, change.IsAddition)))
        {
            if (group.Key.Kind is { } kind)
                await ApplyAsync(work, target, id, entity, kind, group.Key.IsAddition, [.. group]);
            else
                await ApplySystemAsync(work, target, id, entity, group.Key.IsAddition, [.. group.Select(change => change.Permission)]);
        }
        await work.CommitAsync();
        return TypedResults.NoContent();
    }

    private static async Task ApplySystemAsync(
        Work work, IPrincipalReference target, int id, int entity, bool isAddition, IReadOnlyList<string> permissions)
    {
        if (!work.Caller.IsAdministrator)
            throw GuacamoleException.Denied();
        if (!isAddition && target.Kind == Principal.User && id == work.Caller.Session.UserId)
            throw GuacamoleException.Unsupported("Removing your own administrative permissions is not allowed.");
        if (isAddition)
        {
            foreach (var permission in permissions)
            {
                await work.ExecuteAsync(
                    "INSERT IGNORE INTO guacamole_system_permission (entity_id, permission) VALUES (@entity, @permission)",
                    new { entity, permission });
            }
        }
        else
        {
            await work.ExecuteAsync(
                "DELETE FROM guacamole_system_permission WHERE entity_id = @entity AND permission IN @permissions",
                new { entity, permissions });
        }
    }

    private static async Task ApplyAsync(
        Work work, IPrincipalReference target, int id, int entity, ObjectKind kind, bool isAddition,
        IReadOnlyList<PermissionChange> changes)
    {
        var ids = await ResolveAsync(work, kind, [.. changes.Select(change => change.Identifier).Distinct()]);
        await RequireAlterableAsync(work, target, id, kind, changes, ids);
        foreach (var byPermission in changes.GroupBy(change => change.Permission))
        {
            var objects = byPermission.Select(change => ids.GetValueOrDefault(change.Identifier))
                .Where(known => known != 0).Distinct().ToArray();
            if (objects.Length == 0)
                continue;
            await work.ExecuteAsync(
                isAddition
                    ? $"""
                    INSERT IGNORE INTO {kind.PermissionTable} (entity_id, {kind.PermissionColumn}, permission)
                    SELECT @entity, {kind.ObjectColumn}, @permission FROM {kind.ObjectTable} WHERE {kind.ObjectColumn} IN @objects
                    """
                    : $"""
                    DELETE FROM {kind.PermissionTable}
                    WHERE entity_id = @entity AND permission = @permission AND {kind.PermissionColumn} IN @objects
                    """,
                new { entity, permission = byPermission.Key, objects });
        }
    }

    /// <summary>Granting needs UPDATE on who gets the permission and ADMINISTER on everything it is granted on.</summary>
    private static async Task RequireAlterableAsync(
        Work work, IPrincipalReference target, int id, ObjectKind kind, IReadOnlyList<PermissionChange> changes,
        Dictionary<string, int> ids)
    {
        if (work.Caller.IsAdministrator)
            return;
        await RequireOwnAsync(work, target, id, ObjectPermission.UPDATE);
        var wanted = ids.Values.Distinct().ToArray();
        var administered = wanted.Length == 0 ? 0 : await work.ScalarAsync<int>(
            $"""
            SELECT COUNT(DISTINCT {kind.PermissionColumn}) FROM {kind.PermissionTable}
            WHERE entity_id IN @entities AND permission = 'ADMINISTER' AND {kind.PermissionColumn} IN @wanted
            """,
            new { entities = work.Caller.Entities, wanted });
        if (administered != wanted.Length || changes.Any(change => !ids.ContainsKey(change.Identifier)))
            throw GuacamoleException.Denied();
    }

    /// <summary>Requires a permission that the caller has of his own, not through a group.</summary>
    private static async Task RequireOwnAsync(Work work, IPrincipalReference target, int id, ObjectPermission permission)
    {
        var kind = target.Kind == Principal.User ? ObjectKind.User : ObjectKind.UserGroup;
        if (!work.Caller.IsAdministrator && !await work.ScalarAsync<bool>(
            $"""
            SELECT EXISTS (
                SELECT 1 FROM {kind.PermissionTable} WHERE entity_id = @entity AND {kind.PermissionColumn} = @id AND permission = @name)
            """,
            new { entity = work.Caller.Session.EntityId, id, name = permission.ToString() }))
        {
            throw GuacamoleException.Denied();
        }
    }

    private static async Task<Dictionary<string, int>> ResolveAsync(Work work, ObjectKind kind, string[] identifiers)
    {
        if (!kind.Named)
        {
            return identifiers.Where(identifier => Identifiers.TryParse(identifier, out _))
                .ToDictionary(identifier => identifier, Identifiers.Require);
        }

        var rows = await work.QueryAsync<(string Name, int Id)>(
            $"""
            SELECT e.name, o.{kind.ObjectColumn} FROM {kind.ObjectTable} o JOIN guacamole_entity e ON e.entity_id = o.entity_id
            WHERE e.name IN @identifiers
            """,
            new { identifiers });
        return rows.ToDictionary(row => row.Name, row => row.Id, StringComparer.OrdinalIgnoreCase);
    }
}
