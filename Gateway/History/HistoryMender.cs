using Dapper;
using GuacAspire.Gateway.Data;
using GuacAspire.ServiceDefaults;
using MySqlConnector;

namespace GuacAspire.Gateway.History;

/// <summary>
/// Ends the rows that processes before this one have left without an end, and when this one stops what is still open. It touches only
/// rows that a Gateway has written down as its own: another Guacamole on the same database has open rows, too.
/// </summary>
internal sealed partial class HistoryMender(Database database, HistoryJournal journal, TimeProvider time, ILogger<HistoryMender> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Memory = TimeSpan.FromDays(30);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await EndAsync(journal.Open, database.Now, cancellationToken);
            foreach (var row in journal.Open)
                journal.Ended(row.Table, row.Id);
        }
        catch (Exception e) when (e is MySqlException or OperationCanceledException)
        {
            // The next one ends them.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            journal.Begin(await UntilItWorksAsync(() => IdentityAsync(stoppingToken), stoppingToken));
            await journal.AdoptAsync(
                (rows, lastSeen) => UntilItWorksAsync(() => MendAsync(rows, lastSeen, stoppingToken), stoppingToken),
                time.GetUtcNow().UtcDateTime - Memory);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // Nobody's work depends on it: tunnels do without.
            LogNotMended(e);
        }

        await Rounds.EveryAsync(Heartbeat, time, () => journal.Touch(time.GetUtcNow().UtcDateTime), LogUntouched, stoppingToken);
    }

    private async Task<int> MendAsync(IReadOnlyList<OpenRow> rows, DateTime lastSeen, CancellationToken cancel)
    {
        var ended = await EndAsync(rows, lastSeen, cancel);
        LogMended(ended, lastSeen);
        return ended;
    }

    private async Task<int> EndAsync(IReadOnlyList<OpenRow> rows, DateTime end, CancellationToken cancel)
    {
        if (rows.Count == 0)
            return 0;
        var ended = 0;
        await using var connection = await database.OpenAsync(cancel);
        foreach (var (table, id, start) in rows)
        {
            ended += await connection.ExecuteAsync(new CommandDefinition(
                $"""
                UPDATE {table.Name} SET end_date = GREATEST(start_date, @end)
                WHERE history_id = @id AND start_date = @start AND end_date IS NULL
                """,
                new { id, start, end = new DateTime(end.Ticks - (end.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc) }));
        }
        return ended;
    }

    /// <summary>What tells this database from every other, wherever it listens today.</summary>
    private async Task<string> IdentityAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        try
        {
            return await connection.ExecuteScalarAsync<string>("SELECT CONCAT(@@server_uuid, ' ', DATABASE())") ?? "";
        }
        catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.UnknownSystemVariable)
        {
            // MariaDB has none.
            return await connection.ExecuteScalarAsync<string>("SELECT CONCAT(@@hostname, @@datadir, @@port, ' ', DATABASE())") ?? "";
        }
    }

    private async Task<T> UntilItWorksAsync<T>(Func<Task<T>> act, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await act();
            }
            catch (MySqlException)
            {
                await Task.Delay(Pause, time, cancel);
            }
        }
    }

    [LoggerMessage(
        LogLevel.Information,
        "{Count} rows of the histories were left open by a Gateway that was last seen at {LastSeen:u}; they are closed now")]
    private partial void LogMended(int count, DateTime lastSeen);

    [LoggerMessage(LogLevel.Error, "Rows of the histories that earlier Gateways have left open cannot be closed")]
    private partial void LogNotMended(Exception exception);

    [LoggerMessage(LogLevel.Error, "No sign of life could be left for the next Gateway")]
    private partial void LogUntouched(Exception exception);
}
