using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;

namespace GuacAspire.Gateway.Api;

/// <summary>Who is in which group, from either side.</summary>
internal static class RelationsApi
{
    public static void MapRelations<T>(this IEndpointRouteBuilder objects, Principal kind, ObjectDirectory<T> directory) where T : class
    {
        objects.MapRelation(kind, Relation.Parents, directory);
        if (kind == Principal.UserGroup)
        {
            objects.MapRelation(kind, Relation.MemberUsers, directory);
            objects.MapRelation(kind, Relation.MemberUserGroups, directory);
        }
    }

    private static void MapRelation<T>(this IEndpointRouteBuilder objects, Principal kind, Relation relation, ObjectDirectory<T> directory)
        where T : class
    {
        objects.MapMethods(
            "/{identifier}/" + relation.Name, Reading.Methods, (string identifier, HttpContext context, Caller caller, Database database) =>
            ReadAsync(context, caller, new PrincipalReference<T>(directory, DirectoryApi.Decode(identifier), kind), relation, database));
        objects.MapPatch("/{identifier}/" + relation.Name, (string identifier, HttpContext context, Caller caller, Database database) =>
            PatchAsync(context, caller, new PrincipalReference<T>(directory, DirectoryApi.Decode(identifier), kind), relation, database));
    }

    public static async Task<IResult> ReadAsync(
        HttpContext context, Caller caller, IPrincipalReference target, Relation relation, Database database)
    {
        await using var work = await database.BeginAsync(caller, context.RequestAborted);
        var (id, entity) = await target.ResolveAsync(work);
        var names = await work.QueryAsync<string>(
            $"{relation.Select} AND (@all OR {relation.Other.Readable($"o.{relation.Other.ObjectColumn}")}) ORDER BY e.entity_id",
            new { id, entity, all = caller.IsAdministrator, entities = caller.Entities });
        return DirectoryApi.Ok(names);
    }

    public static async Task<IResult> PatchAsync(
        HttpContext context, Caller caller, IPrincipalReference target, Relation relation, Database database)
    {
        var body = await RequestBody.ReceiveAsync(context);
        await using var work = await database.BeginAsync(caller, context.RequestAborted);
        var (id, entity) = await target.ResolveAsync(work);
        var patches = body.Require<List<ApiPatch<string>>>("A list of patches must be submitted.");
        foreach (var patch in patches)
            Check(patch);
        foreach (var group in patches.OrderBy(patch => patch.Op).GroupBy(patch => patch.Op))
        {
            // A value that is missing names nobody, and only who may change everything may do that.
            var names = group.Select(patch => patch.Value ?? "").Distinct().ToArray();
            await RequireAlterableAsync(work, target, id, relation, names);
            await work.ExecuteAsync(group.Key == PatchOperation.add ? relation.Insert : relation.Delete, new { id, entity, names });
        }
        await work.CommitAsync();
        return TypedResults.NoContent();
    }

    public static void Check(ApiPatch<string> patch)
    {
        if (patch is not { Path: "/" })
            throw GuacamoleException.BadRequest($"Unsupported patch path: \"{patch?.Path}\"");
        if (patch.Op is not (PatchOperation.add or PatchOperation.remove))
            throw GuacamoleException.BadRequest($"Unsupported patch operation: \"{patch.Op?.ToString() ?? "null"}\"");
    }

    /// <summary>A membership is changed by who may change both the group and the member.</summary>
    private static async Task RequireAlterableAsync(Work work, IPrincipalReference target, int id, Relation relation, string[] names)
    {
        if (work.Caller.IsAdministrator)
            return;
        await work.Caller.RequireAsync(
            work, target.Kind == Principal.User ? ObjectKind.User : ObjectKind.UserGroup, id, ObjectPermission.UPDATE);
        var other = relation.Other;
        var updatable = await work.ScalarAsync<int>(
            $"""
            SELECT COUNT(DISTINCT e.entity_id)
            FROM {other.ObjectTable} o
            JOIN guacamole_entity e ON e.entity_id = o.entity_id
            JOIN {other.PermissionTable} p
                ON p.{other.PermissionColumn} = o.{other.ObjectColumn} AND p.permission = 'UPDATE' AND p.entity_id IN @entities
            WHERE e.name IN @names
            """,
            new { entities = work.Caller.Entities, names });
        if (updatable != names.Length)
            throw GuacamoleException.Denied();
    }
}
