using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using MySqlConnector;

namespace GuacAspire.Gateway.Directories;

internal sealed class SharingProfileDirectory(Database database) : ChildDirectory<ApiSharingProfile>(database)
{
    private const string ParameterTable = "guacamole_sharing_profile_parameter";

    protected override ObjectKind Kind => ObjectKind.SharingProfile;

    /// <summary>Whoever shares a connection hands out access to it.</summary>
    protected override ObjectKind ParentKind => ObjectKind.Connection;

    protected override string ParentColumn => "primary_connection_id";

    public static ApiSharingProfile ToApi(SharingProfileRow row) => new()
    {
        Name = row.Name,
        Identifier = Identifiers.Text(row.Id),
        PrimaryConnectionIdentifier = Identifiers.Text(row.PrimaryConnectionId),
        Attributes = [],
    };

    public Task<Dictionary<string, string>> ParametersAsync(Caller caller, string identifier, CancellationToken cancel) =>
        ReadParametersAsync(caller, identifier, ParameterTable, "sharing_profile_id", "sharing profile", cancel);

    /// <summary>The profiles by which one connection can be shared.</summary>
    public async Task<Dictionary<string, ApiSharingProfile>> OfConnectionAsync(
        Caller caller, string connection, IReadOnlyList<ObjectPermission> permissions, CancellationToken cancel) =>
        (await ListAsync(caller, permissions, cancel))
            .Where(profile => profile.Value.PrimaryConnectionIdentifier == connection).ToDictionary();

    protected override Task<IReadOnlyList<(string Identifier, ApiSharingProfile Value)>> SelectAsync(
        MySqlConnection connection, Caller caller, string? identifier, IReadOnlyList<ObjectPermission> permissions) =>
        SelectAsync<SharingProfileRow>(
            connection, caller, identifier, permissions, SharingProfileRow.Columns, 's', row => (row.Id, ToApi(row)));

    // Sharing profiles have no attributes of their own, so that their absence loses nothing.
    protected override void Complete(Caller caller, ApiSharingProfile value) => value.Attributes = [];

    protected override async Task<string> InsertAsync(Work work, ApiSharingProfile value)
    {
        var connection = await MoveAsync(work, null, value.PrimaryConnectionIdentifier);
        await CheckAsync(work, null, connection, value);
        var id = await work.InsertAsync(
            "INSERT INTO guacamole_sharing_profile (sharing_profile_name, primary_connection_id) VALUES (@Name, @connection)",
            new { value.Name, connection });
        await Parameters.InsertAsync(work, ParameterTable, "sharing_profile_id", id, value.Parameters);
        await GrantCreatorAsync(work, id);
        return value.Identifier = Identifiers.Text(id);
    }

    protected override async Task UpdateAsync(Work work, int id, ApiSharingProfile value)
    {
        var connection = await MoveAsync(work, id, value.PrimaryConnectionIdentifier);
        await CheckAsync(work, id, connection, value);
        await work.ExecuteAsync(
            """
            UPDATE guacamole_sharing_profile SET sharing_profile_name = @Name, primary_connection_id = @connection
            WHERE sharing_profile_id = @id
            """,
            new { id, value.Name, connection });
        // Absent parameters stay; those of a connection do not.
        if (value.Parameters is null)
            return;
        await work.ExecuteAsync("DELETE FROM guacamole_sharing_profile_parameter WHERE sharing_profile_id = @id", new { id });
        await Parameters.InsertAsync(work, ParameterTable, "sharing_profile_id", id, value.Parameters);
    }

    private static async Task CheckAsync(Work work, int? id, int? connection, ApiSharingProfile value)
    {
        if (string.IsNullOrWhiteSpace(value.Name))
            throw GuacamoleException.BadRequest("Sharing profile names must not be blank.");
        if (await work.ScalarAsync<int?>(
            """
            SELECT sharing_profile_id FROM guacamole_sharing_profile
            WHERE sharing_profile_name = @Name AND primary_connection_id = @connection
            """,
            new { value.Name, connection }) is { } other
            && other != id)
        {
            throw GuacamoleException.BadRequest($"The sharing profile \"{value.Name}\" already exists.");
        }
    }
}
