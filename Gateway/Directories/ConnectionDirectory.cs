using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Tunnels;
using MySqlConnector;

namespace GuacAspire.Gateway.Directories;

internal sealed class ConnectionDirectory(Database database, TunnelRegistry tunnels) : ChildDirectory<ApiConnection>(database)
{
    private const string ParameterTable = "guacamole_connection_parameter";

    protected override ObjectKind Kind => ObjectKind.Connection;

    public Task<Dictionary<string, string>> ParametersAsync(Caller caller, string identifier, CancellationToken cancel) =>
        ReadParametersAsync(caller, identifier, ParameterTable, "connection_id", "connection", cancel);

    public ApiConnection ToApi(ConnectionRow row) => new()
    {
        Name = row.Name,
        Identifier = Identifiers.Text(row.Id),
        ParentIdentifier = Identifiers.Parent(row.ParentId),
        Protocol = row.Protocol,
        Attributes = new Dictionary<string, string?>
        {
            ["max-connections"] = Attributes.Text(row.MaxConnections),
            ["max-connections-per-user"] = Attributes.Text(row.MaxConnectionsPerUser),
            ["weight"] = Attributes.Text(row.Weight),
            ["failover-only"] = row.FailoverOnly ? "true" : null,
            ["guacd-hostname"] = row.ProxyHostname,
            ["guacd-port"] = Attributes.Text(row.ProxyPort),
            ["guacd-encryption"] = row.ProxyEncryptionMethod?.ToLowerInvariant(),
        },
        ActiveConnections = tunnels.CountConnection(row.Id),
        LastActive = Attributes.Milliseconds(row.LastActive),
    };

    protected override Task<IReadOnlyList<(string Identifier, ApiConnection Value)>> SelectAsync(
        MySqlConnection connection, Caller caller, string? identifier, IReadOnlyList<ObjectPermission> permissions) =>
        SelectAsync<ConnectionRow>(connection, caller, identifier, permissions, ConnectionRow.Columns, 'c', row => (row.Id, ToApi(row)));

    protected override void Complete(Caller caller, ApiConnection value)
    {
        value.Attributes = Attributes.Require(value.Attributes, Attributes.Connection);
        Parameters.Check(value.Parameters);
    }

    protected override void CheckReplacement(Caller caller, string identifier, ApiConnection value, bool isPatch)
    {
        if (value.Parameters is null)
            throw GuacamoleException.BadRequest("The parameters are missing; send {} for none.");
        base.CheckReplacement(caller, identifier, value, isPatch);
    }

    protected override async Task<string> InsertAsync(Work work, ApiConnection value)
    {
        var parent = await MoveAsync(work, null, value.ParentIdentifier);
        await CheckAsync(work, null, parent, value);
        var id = await work.InsertAsync(
            """
            INSERT INTO guacamole_connection (connection_name, parent_id, protocol, max_connections, max_connections_per_user,
                connection_weight, failover_only, proxy_hostname, proxy_port, proxy_encryption_method)
            VALUES (@name, @parent, @protocol, @max, @maxPerUser, @weight, @failover, @host, @port, @encryption)
            """,
            Columns(0, parent, value));
        await Parameters.InsertAsync(work, ParameterTable, "connection_id", id, value.Parameters);
        await GrantCreatorAsync(work, id);
        return value.Identifier = Identifiers.Text(id);
    }

    protected override async Task UpdateAsync(Work work, int id, ApiConnection value)
    {
        var parent = await MoveAsync(work, id, value.ParentIdentifier);
        await CheckAsync(work, id, parent, value);
        await work.ExecuteAsync(
            $"""
            UPDATE guacamole_connection SET connection_name = @name, parent_id = @parent, protocol = @protocol,
                max_connections = {Keeping("max-connections", "max_connections", "@max")},
                max_connections_per_user = {Keeping("max-connections-per-user", "max_connections_per_user", "@maxPerUser")},
                connection_weight = {Keeping("weight", "connection_weight", "@weight")},
                proxy_port = {Keeping("guacd-port", "proxy_port", "@port")},
                failover_only = @failover, proxy_hostname = @host, proxy_encryption_method = @encryption
            WHERE connection_id = @id;
            DELETE FROM guacamole_connection_parameter WHERE connection_id = @id
            """,
            Columns(id, parent, value));
        await Parameters.InsertAsync(work, ParameterTable, "connection_id", id, value.Parameters);

        string Keeping(string attribute, string column, string parameter) =>
            Attributes.IsNoNumber(value.Attributes!, attribute) ? column : parameter;
    }

    private static async Task CheckAsync(Work work, int? id, int? parent, ApiConnection value)
    {
        if (string.IsNullOrWhiteSpace(value.Name))
            throw GuacamoleException.BadRequest("Connection names must not be blank.");
        if (string.IsNullOrEmpty(value.Protocol))
            throw GuacamoleException.BadRequest("The protocol is missing.");
        if (await work.ScalarAsync<int?>(
            "SELECT connection_id FROM guacamole_connection WHERE connection_name = @Name AND parent_id <=> @parent",
            new { value.Name, parent }) is { } other
            && other != id)
        {
            throw GuacamoleException.BadRequest($"The connection \"{value.Name}\" already exists.");
        }
    }

    private static object Columns(int id, int? parent, ApiConnection value)
    {
        var attributes = value.Attributes!;
        return new
        {
            id,
            name = value.Name,
            parent,
            protocol = value.Protocol,
            max = Attributes.Number(attributes, "max-connections"),
            maxPerUser = Attributes.Number(attributes, "max-connections-per-user"),
            weight = Attributes.Number(attributes, "weight"),
            failover = Attributes.Flag(attributes, "failover-only"),
            host = Attributes.Text(attributes, "guacd-hostname"),
            port = Attributes.Number(attributes, "guacd-port"),
            encryption = Attributes.Text(attributes, "guacd-encryption") switch { "none" => "NONE", "ssl" => "SSL", _ => null },
        };
    }
}
