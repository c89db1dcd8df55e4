using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using MySqlConnector;

namespace GuacAspire.Gateway.Directories;

/// <summary>Objects with a number, each below a parent: connections and groups in groups, sharing profiles on connections.</summary>
/// <typeparam name="T">The object's JSON.</typeparam>
internal abstract class ChildDirectory<T>(Database database) : ObjectDirectory<T>(database) where T : class
{
    protected virtual ObjectKind ParentKind => ObjectKind.ConnectionGroup;

    protected virtual string ParentColumn => "parent_id";

    public override async Task<int?> ResolveAsync(Work work, string identifier) =>
        Identifiers.TryParse(identifier, out var id)
            ? await work.ScalarAsync<int?>(
                $"""
                SELECT {Kind.ObjectColumn} FROM {Kind.ObjectTable}
                WHERE {Kind.ObjectColumn} = @id AND {Visible(work.Caller, Kind.ObjectColumn, [])}
                """,
                new { id, entities = work.Caller.Entities })
            : null;

    public override async Task RemoveAsync(Work work, string identifier)
    {
        var known = Identifiers.TryParse(identifier, out var id);
        await work.Caller.RequireAsync(work, Kind, id, ObjectPermission.DELETE);
        if (!known)
            return;
        if (!work.Caller.IsAdministrator)
            await RequireParentAsync(work, await ParentAsync(work, id));
        await work.ExecuteAsync($"DELETE FROM {Kind.ObjectTable} WHERE {Kind.ObjectColumn} = @id", new { id });
    }

    /// <summary>Reads the rows of one object or of all that the caller may see.</summary>
    protected async Task<IReadOnlyList<(string Identifier, T Value)>> SelectAsync<TRow>(
        MySqlConnection connection, Caller caller, string? identifier, IReadOnlyList<ObjectPermission> permissions, string columns,
        char alias, Func<TRow, (int Id, T Value)> read)
    {
        var id = 0;
        if (identifier is not null && !Identifiers.TryParse(identifier, out id))
            return [];
        var key = $"{alias}.{Kind.ObjectColumn}";
        var rows = await connection.QueryAsync<TRow>(
            $"""
            SELECT {columns} FROM {Kind.ObjectTable} {alias}
            WHERE {(identifier is null ? "TRUE" : $"{key} = @id")} AND {Visible(caller, key, permissions)}
            """,
            new { id, entities = caller.Entities, permissions = Names(permissions) });
        return [.. rows.Select(read).Select(item => (Identifiers.Text(item.Id), item.Value))];
    }

    /// <summary>
    /// Finds the parent that a client names. Giving it a child, or taking one from the parent of before, needs UPDATE on it; the root
    /// is everybody's.
    /// </summary>
    protected async Task<int?> MoveAsync(Work work, int? child, string? parent)
    {
        var isRoot = ParentKind == ObjectKind.ConnectionGroup && (parent is null or Identifiers.Root);
        var known = Identifiers.TryParse(parent, out var number);
        int? to = known ? number : null;
        var from = child is { } id && !work.Caller.IsAdministrator ? await ParentAsync(work, id) : null;
        if (child is null || from != to)
        {
            await RequireParentAsync(work, from);
            await RequireParentAsync(work, isRoot ? null : number);
        }

        return isRoot || known ? to : throw GuacamoleException.BadRequest($"There is no parent \"{parent}\".");
    }

    private async Task RequireParentAsync(Work work, int? parent)
    {
        if (parent is { } id)
            await work.Caller.RequireAsync(work, ParentKind, id, ObjectPermission.UPDATE);
    }

    private Task<int?> ParentAsync(Work work, int id) =>
        work.ScalarAsync<int?>($"SELECT {ParentColumn} FROM {Kind.ObjectTable} WHERE {Kind.ObjectColumn} = @id", new { id });
}
