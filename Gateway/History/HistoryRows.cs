using Dapper;
using GuacAspire.Gateway.Data;
using MySqlConnector;

namespace GuacAspire.Gateway.History;

/// <summary>Begins and ends rows of the histories. Every row that was begun gets its end, however long the database is away.</summary>
internal sealed partial class HistoryRows(Database database, HistoryJournal journal, TimeProvider time, ILogger<HistoryRows> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15)];

    public DateTime Now => database.Now;

    /// <summary>Runs an INSERT that begins a row at <paramref name="start"/>, and returns its id.</summary>
    /// <remarks>Nobody breaks it off: a row that is begun and not known here would stay open, and see <see cref="Database"/>.</remarks>
    public async Task<int> BeginAsync(HistoryTable table, MySqlCommand insert, DateTime start)
    {
        await insert.ExecuteNonQueryAsync(CancellationToken.None);
        var id = (int)insert.LastInsertedId;
        journal.Opened(new OpenRow(table, id, start));
        return id;
    }

    public Task EndAsync(HistoryTable table, int id) =>
        WriteAsync(table, id, $"UPDATE {table.Name} SET end_date = @now WHERE history_id = @id");

    /// <summary>What never opened leaves no row.</summary>
    public Task ForgetAsync(HistoryTable table, int id) => WriteAsync(table, id, $"DELETE FROM {table.Name} WHERE history_id = @id");

    /// <summary>Waits for a row to be written, but not for a database that is away: it is written when that is back.</summary>
    public Task PatientlyAsync(Task writing) => Task.WhenAny(writing, Task.Delay(Patience, time));

    private async Task WriteAsync(HistoryTable table, int id, string sql)
    {
        var now = database.Now;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = await database.OpenAsync(CancellationToken.None);
                await connection.ExecuteAsync(sql, new { id, now });
                journal.Ended(table, id);
                return;
            }
            catch (MySqlException e)
            {
                LogRetry(id, table.Name, e.Message);
                await Task.Delay(Pauses[Math.Min(attempt, Pauses.Length - 1)], time);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Row {Id} of {Table} could not be written and is tried again: {Reason}")]
    private partial void LogRetry(int id, string table, string reason);
}
