using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Telemetry;
using MySqlConnector;

namespace GuacAspire.Gateway.Sessions;

/// <summary>What a client presents to sign in.</summary>
internal sealed record Credentials(string? Username, string? Password, string? NewPassword, string? ConfirmNewPassword, string? RemoteHost);

/// <summary>Signs users in against the database.</summary>
internal sealed class Authenticator(Database database, SessionStore sessions, GatewayMetrics metrics, TimeProvider time)
{
    private static readonly byte[] DecoySalt = PasswordHash.NewSalt();
    private static readonly byte[] DecoyHash = PasswordHash.Unusable();

    public async Task<Session> SignInAsync(Credentials credentials, CancellationToken cancel)
    {
        try
        {
            var session = await CheckAsync(credentials, cancel);
            metrics.Login("success");
            return session;
        }
        catch (GuacamoleException e)
        {
            metrics.Login(e.Type == "INVALID_CREDENTIALS" ? "invalid" : "refused");
            throw;
        }
    }

    /// <summary>A session of nobody, for whoever holds the key of a share.</summary>
    public Session SignInAnonymously(string? remoteHost)
    {
        var session = new Session(SessionStore.NewToken(), new Account(), null, remoteHost, time) { DataSources = [Session.Shared] };
        sessions.Add(session);
        return session;
    }

    /// <summary>Makes sure that a live session's user may still use the system.</summary>
    public async Task RevalidateAsync(Session session, CancellationToken cancel)
    {
        if (session.IsAnonymous)
            return;
        await using var connection = await database.OpenAsync(cancel);
        var account = await FindAsync(connection, session.Username);
        if (account is null || account.Disabled || account.UserId != session.UserId)
            throw GuacamoleException.InvalidLogin();
        RequireUsable(account);
        session.Refresh(account);
        session.HistoryId = await RecordAsync(connection, account, session.RemoteHost, cancel);
    }

    public static Task<Account?> FindAsync(MySqlConnection connection, string username) =>
        connection.QueryFirstOrDefaultAsync<Account>($"SELECT {Account.Columns} FROM {Account.Tables} WHERE e.name = @username", new { username });

    private async Task<Session> CheckAsync(Credentials credentials, CancellationToken cancel)
    {
        if (credentials is not { Username: { } username, Password: { } password })
            throw GuacamoleException.InvalidLogin();

        await using var connection = await database.OpenAsync(cancel);
        var account = await FindAsync(connection, username);
        // An unknown user costs as much time as a wrong password.
        var matches = PasswordHash.Verify(password, account is null ? DecoySalt : account.PasswordSalt, account?.PasswordHash ?? DecoyHash);
        if (account is null || !matches || account.Disabled)
            throw GuacamoleException.InvalidLogin();
        RequireUsable(account);
        if (account.Expired)
            await ReplaceExpiredPasswordAsync(connection, account, credentials);

        var session = new Session(SessionStore.NewToken(), account, credentials.NewPassword ?? password, credentials.RemoteHost, time)
        {
            HistoryId = await RecordAsync(connection, account, credentials.RemoteHost, cancel),
        };
        sessions.Add(session);
        return session;
    }

    private async Task<int> RecordAsync(MySqlConnection connection, Account account, string? remoteHost, CancellationToken cancel)
    {
        await using var insert = new MySqlCommand(
            "INSERT INTO guacamole_user_history (remote_host, user_id, username, start_date) VALUES (@host, @user, @name, @now)", connection);
        insert.Parameters.AddWithValue("host", remoteHost);
        insert.Parameters.AddWithValue("user", account.UserId);
        insert.Parameters.AddWithValue("name", account.Name);
        insert.Parameters.AddWithValue("now", database.Now);
        await insert.ExecuteNonQueryAsync(cancel);
        return (int)insert.LastInsertedId;
    }

    private void RequireUsable(Account account)
    {
        var now = time.GetUtcNow();
        if (!AccountState.IsValid(account, now))
            throw GuacamoleException.BadRequest("User account is no longer valid.", "LOGIN.ERROR_NOT_VALID");
        if (!AccountState.IsAccessible(account, now))
            throw GuacamoleException.BadRequest("User account may not be used at this time.", "LOGIN.ERROR_NOT_ACCESSIBLE");
    }

    private async Task ReplaceExpiredPasswordAsync(MySqlConnection connection, Account account, Credentials credentials)
    {
        if (credentials is not { NewPassword: { } next, ConfirmNewPassword: { } confirmed })
        {
            throw new GuacamoleException(403, "INSUFFICIENT_CREDENTIALS", "Password has expired", GuacamoleStatus.ClientUnauthorized)
            {
                Key = "LOGIN.INFO_PASSWORD_EXPIRED",
                Expected = Field.NewPassword,
            };
        }
        if (next == credentials.Password)
        {
            throw GuacamoleException.BadRequest(
                "New passwords may not be identical to the current password if password reset is required.", "LOGIN.ERROR_PASSWORD_SAME");
        }
        if (next.Length == 0)
            throw GuacamoleException.BadRequest("Passwords may not be blank.", "LOGIN.ERROR_PASSWORD_BLANK");
        if (next != confirmed)
            throw GuacamoleException.BadRequest("New password does not match.", "LOGIN.ERROR_PASSWORD_MISMATCH");

        var salt = PasswordHash.NewSalt();
        await connection.ExecuteAsync(
            "UPDATE guacamole_user SET password_hash = @hash, password_salt = @salt, password_date = @now, expired = 0 WHERE user_id = @UserId",
            new { hash = PasswordHash.Compute(next, salt), salt, now = database.Now, account.UserId });
    }
}
