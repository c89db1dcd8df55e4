using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.History;
using GuacAspire.Gateway.Sessions;
using MySqlConnector;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>The rows that tell who was connected to what, and when.</summary>
internal sealed class TunnelHistory(Database database, HistoryRows rows)
{
    public async Task<int> BeginAsync(
        Session session, ConnectionRow connection, SharingProfileRow? profile, bool isExternal, CancellationToken cancel)
    {
        var now = rows.Now;
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
        insert.Parameters.AddWithValue("now", now);
        return await rows.BeginAsync(HistoryTable.Connections, insert, now);
    }

    public Task EndAsync(int id) => id == 0 ? Task.CompletedTask : rows.EndAsync(HistoryTable.Connections, id);

    /// <summary>A tunnel that never opened leaves no row.</summary>
    public Task ForgetAsync(int id) => id == 0
        ? Task.CompletedTask
        : rows.PatientlyAsync(rows.ForgetAsync(HistoryTable.Connections, id));
}
