using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.History;
using GuacAspire.Gateway.Sessions;
using MySqlConnector;

namespace GuacAspire.Gateway.Authentication;

/// <summary>What every way of signing in needs of the database: the account, whether it may be used now, and the history.</summary>
internal sealed class AccountReader(Database database, HistoryRows history, TimeProvider time)
{
    public ValueTask<MySqlConnection> OpenAsync(CancellationToken cancel) => database.OpenAsync(cancel);

    public static Task<Account?> FindAsync(MySqlConnection connection, string username) =>
        connection.QueryFirstOrDefaultAsync<Account>(
            $"SELECT {Account.Columns} FROM {Account.Tables} WHERE e.name = @username", new { username });

    public void RequireUsable(Account account)
    {
        var now = time.GetUtcNow();
        if (!AccountState.IsValid(account, now))
            throw GuacamoleException.BadRequest("User account is no longer valid.", "LOGIN.ERROR_NOT_VALID");
        if (!AccountState.IsAccessible(account, now))
            throw GuacamoleException.BadRequest("User account may not be used at this time.", "LOGIN.ERROR_NOT_ACCESSIBLE");
    }

    /// <summary>Writes a sign-in into the history and returns the row's id.</summary>
    public async Task<int> RecordAsync(MySqlConnection connection, Account account, string? remoteHost, CancellationToken cancel)
    {
        var now = history.Now;
        await using var insert = new MySqlCommand(
            "INSERT INTO guacamole_user_history (remote_host, user_id, username, start_date) VALUES (@host, @user, @name, @now)",
            connection);
        insert.Parameters.AddWithValue("host", remoteHost);
        insert.Parameters.AddWithValue("user", account.IsStored ? account.UserId : null);
        insert.Parameters.AddWithValue("name", account.Name);
        insert.Parameters.AddWithValue("now", now);
        return await history.BeginAsync(HistoryTable.Users, insert, now);
    }
}
