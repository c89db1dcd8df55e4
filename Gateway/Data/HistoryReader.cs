using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Recordings;
using GuacAspire.Gateway.Tunnels;
using MySqlConnector;

namespace GuacAspire.Gateway.Data;

/// <summary>A row of the connection history.</summary>
internal sealed record ApiConnectionRecord(
    long StartDate, long? EndDate, string? RemoteHost, string Username, bool Active, string Identifier, string Uuid,
    Dictionary<string, string> Attributes, IReadOnlyDictionary<string, ActivityLog> Logs,
    string? ConnectionIdentifier, string ConnectionName, string? SharingProfileIdentifier, string? SharingProfileName);

/// <summary>A row of the sign-in history.</summary>
internal sealed record ApiUserRecord(
    long StartDate, long? EndDate, string? RemoteHost, string Username, bool Active, string Identifier, string Uuid,
    Dictionary<string, string> Attributes, Dictionary<string, string> Logs);

/// <summary>
/// Reads histories, at most a thousand rows of them. Auditors see all; others what concerns users and connections that they may read.
/// </summary>
internal sealed class HistoryReader(Database database, RecordingFolder recordings)
{
    private static readonly Dictionary<string, ActivityLog> NoLogs = [];

    // What is searched is the present name of what still exists; it may hold characters that the columns cannot.
    private const string Named =
        """
        h.user_id IN (
            SELECT u.user_id FROM guacamole_user u JOIN guacamole_entity e ON e.entity_id = u.entity_id
            WHERE POSITION({0} IN CONVERT(e.name USING utf8mb4)) > 0)
        """;

    private const string Connected =
        """
        h.connection_id IN (
            SELECT connection_id FROM guacamole_connection WHERE POSITION({0} IN CONVERT(connection_name USING utf8mb4)) > 0)
        """;

    public async Task<List<ApiConnectionRecord>> ConnectionsAsync(Caller caller, HistoryQuery query, CancellationToken cancel)
    {
        var filter = new Filter(query, Named, Connected);
        filter.Add(query.Record is not null, "h.history_id = @record", "record", query.Record);
        filter.Add(query.Connection is not null, "h.connection_id = @connection", "connection", query.Connection);
        filter.Add(
            !caller.IsAuditor,
            $"{ObjectKind.Connection.Readable("h.connection_id")} AND {ObjectKind.User.Readable("h.user_id")}",
            "entities",
            caller.Entities);
        var (rows, editable) = await ReadAsync(caller, filter, cancel);
        // Without the connection: a disk may take its time.
        return rows.ConvertAll(row => new ApiConnectionRecord(
            Attributes.Milliseconds(row.StartDate)!.Value, Attributes.Milliseconds(row.EndDate), row.RemoteHost, row.Username, false,
            Identifiers.Text(row.Id), HistoryUuid.OfConnection(row.Id), [],
            caller.IsAuditor || editable.Contains(row.ConnectionId ?? 0) ? recordings.Of(HistoryUuid.OfConnection(row.Id)) : NoLogs,
            Attributes.Text(row.ConnectionId), row.ConnectionName, Attributes.Text(row.SharingProfileId), row.SharingProfileName));
    }

    public async Task<List<ApiUserRecord>> UsersAsync(Caller caller, HistoryQuery query, CancellationToken cancel)
    {
        var filter = new Filter(query, Named);
        filter.Add(query.Username is not null, "h.username = @username", "username", query.Username);
        filter.Add(!caller.IsAuditor, ObjectKind.User.Readable("h.user_id"), "entities", caller.Entities);
        await using var open = await database.OpenAsync(cancel);
        var rows = await open.QueryAsync<Row>(
            $"""
            SELECT h.history_id Id, h.start_date StartDate, h.end_date EndDate, h.remote_host RemoteHost, h.username Username
            FROM guacamole_user_history h {filter.Where} {filter.Order} LIMIT 1000
            """,
            filter.Parameters);
        return [.. rows.Select(row => new ApiUserRecord(
            Attributes.Milliseconds(row.StartDate)!.Value, Attributes.Milliseconds(row.EndDate), row.RemoteHost, row.Username, false,
            Identifiers.Text(row.Id), HistoryUuid.OfUser(row.Id), [], []))];
    }

    private async Task<(List<Row> Rows, HashSet<int> Editable)> ReadAsync(Caller caller, Filter filter, CancellationToken cancel)
    {
        await using var open = await database.OpenAsync(cancel);
        var rows = await open.QueryAsync<Row>(
            $"""
            SELECT h.history_id Id, h.start_date StartDate, h.end_date EndDate, h.remote_host RemoteHost, h.username Username,
                h.connection_id ConnectionId, h.connection_name ConnectionName, h.sharing_profile_id SharingProfileId,
                h.sharing_profile_name SharingProfileName
            FROM guacamole_connection_history h {filter.Where} {filter.Order} LIMIT 1000
            """,
            filter.Parameters);
        return (rows.AsList(), await EditableAsync(open, caller));
    }

    /// <summary>The connections whose recordings the caller sees: who may have them recorded.</summary>
    private async Task<HashSet<int>> EditableAsync(MySqlConnection open, Caller caller) => !recordings.IsEnabled || caller.IsAuditor
        ? []
        : [.. await open.QueryAsync<int>(
            "SELECT connection_id FROM guacamole_connection_permission WHERE entity_id IN @entities AND permission = 'UPDATE'",
            new { entities = caller.Entities })];

    private sealed class Row
    {
        public int Id { get; init; }
        public DateTime StartDate { get; init; }
        public DateTime? EndDate { get; init; }
        public string? RemoteHost { get; init; }
        public string Username { get; init; } = "";
        public int? ConnectionId { get; init; }
        public string ConnectionName { get; init; } = "";
        public int? SharingProfileId { get; init; }
        public string? SharingProfileName { get; init; }
    }

    private sealed class Filter
    {
        private readonly List<string> _conditions = [];

        public Filter(HistoryQuery query, params string[] searched)
        {
            // Rows of the same second keep the order in which they were written.
            Order = query.Order.Length == 0 ? "ORDER BY h.history_id" : $"ORDER BY {query.Order}, h.history_id";
            for (var index = 0; index < query.Terms.Count; index++)
            {
                var term = query.Terms[index];
                Parameters.Add($"t{index}", term.Text);
                List<string> matches = [.. searched.Select(condition => condition.Replace("{0}", $"@t{index}", StringComparison.Ordinal))];
                if (term.From is not null)
                {
                    Parameters.Add($"f{index}", term.From);
                    Parameters.Add($"u{index}", term.Until);
                    matches.Add($"h.start_date BETWEEN @f{index} AND @u{index}");
                }
                _conditions.Add($"({string.Join(" OR ", matches)})");
            }
        }

        public DynamicParameters Parameters { get; } = new();

        public string Order { get; }

        public string Where => _conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", _conditions);

        public void Add(bool applies, string condition, string name, object? value)
        {
            if (!applies)
                return;
            _conditions.Add(condition);
            Parameters.Add(name, value);
        }
    }
}
