using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Tunnels;
using MySqlConnector;

namespace GuacAspire.Gateway.Directories;

internal sealed class ConnectionGroupDirectory(Database database, TunnelRegistry tunnels) : ChildDirectory<ApiConnectionGroup>(database)
{
    protected override ObjectKind Kind => ObjectKind.ConnectionGroup;

    public static ApiConnectionGroup Root() => new()
    {
        Name = Identifiers.Root,
        Identifier = Identifiers.Root,
        Type = ConnectionGroupType.ORGANIZATIONAL,
        Attributes = [],
    };

    public override Task<int?> ResolveAsync(Work work, string identifier) => identifier == Identifiers.Root
        ? throw GuacamoleException.BadRequest("The root group cannot be changed.")
        : base.ResolveAsync(work, identifier);

    public ApiConnectionGroup ToApi(ConnectionGroupRow row)
    {
        var type = Enum.Parse<ConnectionGroupType>(row.Type);
        return new ApiConnectionGroup
        {
            Name = row.Name,
            Identifier = Identifiers.Text(row.Id),
            ParentIdentifier = Identifiers.Parent(row.ParentId),
            Type = type,
            ActiveConnections = type == ConnectionGroupType.BALANCING ? tunnels.CountGroup(row.Id) : 0,
            Attributes = new Dictionary<string, string?>
            {
                ["max-connections"] = Attributes.Text(row.MaxConnections),
                ["max-connections-per-user"] = Attributes.Text(row.MaxConnectionsPerUser),
                ["enable-session-affinity"] = row.EnableSessionAffinity ? "true" : "",
            },
        };
    }

    protected override Task<IReadOnlyList<(string Identifier, ApiConnectionGroup Value)>> SelectAsync(
        MySqlConnection connection, Caller caller, string? identifier, IReadOnlyList<ObjectPermission> permissions) =>
        identifier == Identifiers.Root
            ? Task.FromResult<IReadOnlyList<(string, ApiConnectionGroup)>>([(Identifiers.Root, Root())])
            : SelectAsync<ConnectionGroupRow>(
                connection, caller, identifier, permissions, ConnectionGroupRow.Columns, 'g', row => (row.Id, ToApi(row)));

    protected override void Complete(Caller caller, ApiConnectionGroup value) =>
        value.Attributes = Attributes.Require(value.Attributes, Attributes.ConnectionGroup);

    protected override async Task<string> InsertAsync(Work work, ApiConnectionGroup value)
    {
        var parent = await MoveAsync(work, null, value.ParentIdentifier);
        await CheckAsync(work, null, parent, value);
        var id = await work.InsertAsync(
            """
            INSERT INTO guacamole_connection_group
                (connection_group_name, parent_id, type, max_connections, max_connections_per_user, enable_session_affinity)
            VALUES (@name, @parent, @type, @max, @maxPerUser, @affinity)
            """,
            Columns(0, parent, value));
        await GrantCreatorAsync(work, id);
        return value.Identifier = Identifiers.Text(id);
    }

    protected override async Task UpdateAsync(Work work, int id, ApiConnectionGroup value)
    {
        var parent = await MoveAsync(work, id, value.ParentIdentifier);
        await CheckAsync(work, id, parent, value);
        await ConnectionTree.RequireNoCycleAsync(work, id, parent);
        await work.ExecuteAsync(
            $"""
            UPDATE guacamole_connection_group SET connection_group_name = @name, parent_id = @parent, type = @type,
                max_connections = {Keeping("max-connections", "max_connections", "@max")},
                max_connections_per_user = {Keeping("max-connections-per-user", "max_connections_per_user", "@maxPerUser")},
                enable_session_affinity = @affinity
            WHERE connection_group_id = @id
            """,
            Columns(id, parent, value));

        string Keeping(string attribute, string column, string parameter) =>
            Attributes.IsNoNumber(value.Attributes!, attribute) ? column : parameter;
    }

    private static async Task CheckAsync(Work work, int? id, int? parent, ApiConnectionGroup value)
    {
        if (string.IsNullOrWhiteSpace(value.Name))
            throw GuacamoleException.BadRequest("Connection group names must not be blank.");
        if (value.Type is null)
            throw GuacamoleException.BadRequest("The type is missing.");
        if (await work.ScalarAsync<int?>(
            "SELECT connection_group_id FROM guacamole_connection_group WHERE connection_group_name = @Name AND parent_id <=> @parent",
            new { value.Name, parent }) is { } other
            && other != id)
        {
            throw GuacamoleException.BadRequest($"The connection group \"{value.Name}\" already exists.");
        }
    }

    private static object Columns(int id, int? parent, ApiConnectionGroup value) => new
    {
        id,
        name = value.Name,
        parent,
        type = value.Type.ToString(),
        max = Attributes.Number(value.Attributes!, "max-connections"),
        maxPerUser = Attributes.Number(value.Attributes!, "max-connections-per-user"),
        affinity = Attributes.Flag(value.Attributes!, "enable-session-affinity"),
    };
}
