using Dapper;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Sessions;
using MySqlConnector;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>The rows that tell who was connected to what, and when.</summary>
internal sealed partial class TunnelHistory(Database database, TimeProvider time, ILogger<TunnelHistory> logger)
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    public async Task<int> BeginAsync(Session session, ConnectionRow connection, SharingProfileRow? profile, bool isExternal, CancellationToken cancel)
    {
        await using var open = await database.OpenAsync(cancel);
        await using var insert = new MySqlCommand(
            """
            INSERT INTO guacamole_connection_history
                (user_id, username, remote_host, connection_id, connection_name, sharing_profile_id, sharing_profile_name, start_date)
            VALUES ((SELECT user_id FROM guacamole_user WHERE user_id = @user), @username, @host, @connection, @name, @profile, @profileName, @now)
            """,
            open);
        insert.Parameters.AddWithValue("user", session.UserId);
        insert.Parameters.AddWithValue("username", session.Username);
        insert.Parameters.AddWithValue("host", session.RemoteHost);
        insert.Parameters.AddWithValue("connection", isExternal ? null : connection.Id);
        insert.Parameters.AddWithValue("name", connection.Name);
        insert.Parameters.AddWithValue("profile", profile?.Id);
        insert.Parameters.AddWithValue("profileName", profile?.Name);
        insert.Parameters.AddWithValue("now", database.Now);
        await insert.ExecuteNonQueryAsync(cancel);
        return (int)insert.LastInsertedId;
    }

    /// <summary>A tunnel that never opened leaves no row.</summary>
    public Task ForgetAsync(int id) => WriteAsync("DELETE FROM guacamole_connection_history WHERE history_id = @id", id);

    public Task EndAsync(int id) => WriteAsync("UPDATE guacamole_connection_history SET end_date = @now WHERE history_id = @id", id);

    // A database that restarts under open tunnels must not leave rows without an end.
    private async Task WriteAsync(string sql, int id)
    {
        var now = database.Now;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = await database.OpenAsync(CancellationToken.None);
                await connection.ExecuteAsync(sql, new { id, now });
                return;
            }
            catch (MySqlException e) when (attempt < Pauses.Length)
            {
                LogRetry(id, e.Message);
                await Task.Delay(Pauses[attempt], time);
            }
            catch (MySqlException e)
            {
                LogLost(id, e.Message);
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Row {Id} of the connection history could not be written and is tried again: {Reason}")]
    private partial void LogRetry(int id, string reason);

    [LoggerMessage(LogLevel.Error, "Row {Id} of the connection history could not be written: {Reason}")]
    private partial void LogLost(int id, string reason);
}
