using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using MySqlConnector;

namespace GuacAspire.Gateway.Directories;

internal sealed class UserGroupDirectory(Database database) : ObjectDirectory<ApiUserGroup>(database)
{
    private const string Tables = "guacamole_user_group g JOIN guacamole_entity e ON e.entity_id = g.entity_id AND e.type = 'USER_GROUP'";

    protected override ObjectKind Kind => ObjectKind.UserGroup;

    public override Task<int?> ResolveAsync(Work work, string identifier) => work.ScalarAsync<int?>(
        $"SELECT g.user_group_id FROM {Tables} WHERE e.name = @identifier AND {Visible(work.Caller, "g.user_group_id", [])}",
        new { identifier, entities = work.Caller.Entities });

    public override async Task RemoveAsync(Work work, string identifier)
    {
        var id = await work.ScalarAsync<int?>($"SELECT g.user_group_id FROM {Tables} WHERE e.name = @identifier", new { identifier });
        await work.Caller.RequireAsync(work, Kind, id ?? 0, ObjectPermission.DELETE);
        await work.ExecuteAsync("DELETE FROM guacamole_entity WHERE name = @identifier AND type = 'USER_GROUP'", new { identifier });
    }

    protected override async Task<IReadOnlyList<(string Identifier, ApiUserGroup Value)>> SelectAsync(
        MySqlConnection connection, Caller caller, string? identifier, IReadOnlyList<ObjectPermission> permissions)
    {
        var rows = await connection.QueryAsync<(string Name, bool Disabled)>(
            $"""
            SELECT e.name, g.disabled FROM {Tables}
            WHERE {(identifier is null ? "TRUE" : "e.name = @identifier")} AND {Visible(caller, "g.user_group_id", permissions)}
            """,
            new { identifier, entities = caller.Entities, permissions = Names(permissions) });
        return [.. rows.Select(row => (row.Name, new ApiUserGroup { Identifier = row.Name, Disabled = row.Disabled, Attributes = [] }))];
    }

    // Groups have no attributes of their own, so that their absence loses nothing.
    protected override void Complete(Caller caller, ApiUserGroup value) => value.Attributes = [];

    protected override async Task<string> InsertAsync(Work work, ApiUserGroup value)
    {
        if (string.IsNullOrWhiteSpace(value.Identifier))
            throw GuacamoleException.BadRequest("The group name must not be blank.");
        if (await work.ScalarAsync<bool>($"SELECT EXISTS (SELECT 1 FROM {Tables} WHERE e.name = @Identifier)", new { value.Identifier }))
            throw GuacamoleException.BadRequest($"Group \"{value.Identifier}\" already exists.");
        var entity = await work.InsertAsync(
            "INSERT INTO guacamole_entity (name, type) VALUES (@Identifier, 'USER_GROUP')", new { value.Identifier });
        var id = await work.InsertAsync("INSERT INTO guacamole_user_group (entity_id) VALUES (@entity)", new { entity });
        await GrantCreatorAsync(work, id);
        return value.Identifier;
    }

    protected override Task UpdateAsync(Work work, int id, ApiUserGroup value) =>
        work.ExecuteAsync("UPDATE guacamole_user_group SET disabled = @Disabled WHERE user_group_id = @id", new { id, value.Disabled });
}
