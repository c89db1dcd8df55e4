using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;

namespace GuacAspire.Gateway.Directories;

/// <summary>Reads a group with everything below it that the caller may see: three queries, however deep the tree.</summary>
internal sealed class ConnectionTreeReader(
    Database database, ConnectionGroupDirectory groups, ConnectionDirectory connections)
{
    public async Task<ApiConnectionGroup> ReadAsync(
        Caller caller, string identifier, IReadOnlyList<ObjectPermission> permissions, CancellationToken cancel)
    {
        var root = await groups.GetAsync(caller, identifier, cancel);
        await using var open = await database.OpenAsync(cancel);
        var parameters = new { all = caller.IsAdministrator, entities = caller.Entities };
        using var results = await open.QueryMultipleAsync(
            $"""
            SELECT {ConnectionGroupRow.Columns} FROM guacamole_connection_group g
            WHERE @all OR {ObjectKind.ConnectionGroup.Readable("g.connection_group_id")} ORDER BY g.connection_group_id;
            SELECT {ConnectionRow.Columns} FROM guacamole_connection c
            WHERE @all OR {ObjectKind.Connection.Readable("c.connection_id")} ORDER BY c.connection_id;
            SELECT {SharingProfileRow.Columns} FROM guacamole_sharing_profile s
            WHERE @all OR {ObjectKind.SharingProfile.Readable("s.sharing_profile_id")} ORDER BY s.sharing_profile_name
            """,
            parameters);
        var groupsByParent = (await results.ReadAsync<ConnectionGroupRow>())
            .ToLookup(row => Identifiers.Parent(row.ParentId), groups.ToApi);
        var connectionRows = (await results.ReadAsync<ConnectionRow>()).AsList();
        var profileRows = (await results.ReadAsync<SharingProfileRow>()).AsList();
        var accessible = await AccessibleAsync(open, ObjectKind.Connection, caller, permissions);
        var shareable = await AccessibleAsync(open, ObjectKind.SharingProfile, caller, permissions);
        var profiles = profileRows.Where(row => shareable?.Contains(row.Id) ?? true)
            .ToLookup(row => row.PrimaryConnectionId, SharingProfileDirectory.ToApi);
        var shown = connectionRows.Where(row => accessible?.Contains(row.Id) ?? true);
        var connectionsByParent = shown.ToLookup(row => Identifiers.Parent(row.ParentId), row =>
        {
            var connection = connections.ToApi(row);
            connection.SharingProfiles = NullIfEmpty(profiles[row.Id]);
            return connection;
        });
        Fill(root, groupsByParent, connectionsByParent);
        return root;
    }

    private static void Fill(
        ApiConnectionGroup group, ILookup<string, ApiConnectionGroup> groupsByParent, ILookup<string, ApiConnection> connectionsByParent)
    {
        group.ChildConnectionGroups = NullIfEmpty(groupsByParent[group.Identifier!]);
        group.ChildConnections = NullIfEmpty(connectionsByParent[group.Identifier!]);
        foreach (var child in group.ChildConnectionGroups ?? [])
            Fill(child, groupsByParent, connectionsByParent);
    }

    private static async Task<HashSet<int>?> AccessibleAsync(
        MySqlConnector.MySqlConnection open, ObjectKind kind, Caller caller, IReadOnlyList<ObjectPermission> permissions)
    {
        if (caller.IsAdministrator || permissions.Count == 0)
            return null;
        var ids = await open.QueryAsync<int>(
            $"SELECT {kind.PermissionColumn} FROM {kind.PermissionTable} WHERE entity_id IN @entities AND permission IN @names",
            new { entities = caller.Entities, names = permissions.Select(permission => permission.ToString()) });
        return [.. ids];
    }

    private static List<T>? NullIfEmpty<T>(IEnumerable<T> items) => items.ToList() is { Count: > 0 } list ? list : null;
}
