using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Sessions;
using MySqlConnector;

namespace GuacAspire.Gateway.Authentication;

/// <summary>Username and password, as the database knows them.</summary>
internal sealed class DatabaseSignIn(AccountReader accounts, PasswordPolicy policy, TimeProvider time) : ISignIn
{
    private static readonly byte[] DecoySalt = PasswordHash.NewSalt();
    private static readonly byte[] DecoyHash = PasswordHash.Unusable();

    public string DataSource => Session.Database;

    public async Task<Session?> TryAsync(Credentials credentials, CancellationToken cancel)
    {
        if (credentials is not { Username: { } username, Password: { } password })
            return null;

        await using var connection = await accounts.OpenAsync(cancel);
        var account = await AccountReader.FindAsync(connection, username);
        // An unknown user costs as much time as a wrong password.
        var matches = PasswordHash.Verify(password, account is null ? DecoySalt : account.PasswordSalt, account?.PasswordHash ?? DecoyHash);
        if (account is null || !matches || account.Disabled)
            return null;
        accounts.RequireUsable(account);
        if (account.Expired || policy.IsTooOld(account))
            await ReplaceExpiredPasswordAsync(connection, account, credentials);
        return new Session(SessionStore.NewToken(), account, credentials.NewPassword ?? password, credentials.RemoteHost, time)
        {
            HistoryId = await accounts.RecordAsync(connection, account, credentials.RemoteHost, cancel),
        };
    }

    private async Task ReplaceExpiredPasswordAsync(MySqlConnection connection, Account account, Credentials credentials)
    {
        if (credentials is not { NewPassword: { } next, ConfirmNewPassword: { } confirmed })
            throw GuacamoleException.PasswordExpired();
        if (next == credentials.Password)
        {
            throw GuacamoleException.BadRequest(
                "New passwords may not be identical to the current password if password reset is required.", "LOGIN.ERROR_PASSWORD_SAME");
        }
        if (next.Length == 0)
            throw GuacamoleException.BadRequest("Passwords may not be blank.", "LOGIN.ERROR_PASSWORD_BLANK");
        if (next != confirmed)
            throw GuacamoleException.BadRequest("New password does not match.", "LOGIN.ERROR_PASSWORD_MISMATCH");
        await policy.RequireGoodAsync(connection, null, account.UserId, account.Name, next);
        await policy.ReplaceExpiredAsync(connection, account.UserId, next);
    }
}
