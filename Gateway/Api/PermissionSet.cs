using Dapper;
using GuacAspire.Gateway.Data;
using MySqlConnector;

namespace GuacAspire.Gateway.Api;

/// <summary>The permissions of a user or group, as JSON shows them.</summary>
internal sealed record PermissionSet(
    Dictionary<string, List<string>> ConnectionPermissions,
    Dictionary<string, List<string>> ConnectionGroupPermissions,
    Dictionary<string, List<string>> SharingProfilePermissions,
    Dictionary<string, List<string>> ActiveConnectionPermissions,
    Dictionary<string, List<string>> UserPermissions,
    Dictionary<string, List<string>> UserGroupPermissions,
    List<string> SystemPermissions)
{
    /// <summary>Reads in one round trip what the entities have together.</summary>
    public static async Task<PermissionSet> ReadAsync(MySqlConnection connection, int[] entities, MySqlTransaction transaction)
    {
        static string Query(ObjectKind kind) => kind.Named
            ? $"""
            SELECT e.name Id, p.permission Permission
            FROM {kind.PermissionTable} p
            JOIN {kind.ObjectTable} o ON o.{kind.ObjectColumn} = p.{kind.PermissionColumn}
            JOIN guacamole_entity e ON e.entity_id = o.entity_id
            WHERE p.entity_id IN @entities
            """
            : $"""
            SELECT CAST({kind.PermissionColumn} AS CHAR) Id, permission Permission FROM {kind.PermissionTable}
            WHERE entity_id IN @entities
            """;

        using var results = await connection.QueryMultipleAsync(
            string.Join(";\n", ObjectKind.All.Select(Query))
                + ";\nSELECT permission FROM guacamole_system_permission WHERE entity_id IN @entities",
            new { entities },
            transaction);
        var byKind = new Dictionary<ObjectKind, Dictionary<string, List<string>>>();
        foreach (var kind in ObjectKind.All)
        {
            byKind[kind] = (await results.ReadAsync<(string Id, string Permission)>())
                .GroupBy(row => row.Id)
                .ToDictionary(group => group.Key, group => Ordered<ObjectPermission>(group.Select(row => row.Permission)));
        }
        return new PermissionSet(
            byKind[ObjectKind.Connection],
            byKind[ObjectKind.ConnectionGroup],
            byKind[ObjectKind.SharingProfile],
            [],
            byKind[ObjectKind.User],
            byKind[ObjectKind.UserGroup],
            Ordered<SystemPermission>(await results.ReadAsync<string>()));
    }

    private static List<string> Ordered<T>(IEnumerable<string> names) where T : struct, Enum =>
        [.. names.Distinct().Where(name => Enum.TryParse<T>(name, out _)).OrderBy(Enum.Parse<T>)];
}
