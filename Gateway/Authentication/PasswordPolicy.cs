using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Sessions;
using MySqlConnector;

namespace GuacAspire.Gateway.Authentication;

/// <summary>
/// The rules that new passwords must meet, and how old passwords may become. None of them applies unless it is configured.
/// </summary>
internal sealed class PasswordPolicy(GatewayOptions options, Database database, TimeProvider time)
{
    private readonly PasswordRules _rules = options.Passwords;

    /// <summary>Whether the account's password must be changed for its age.</summary>
    public bool IsTooOld(Account account) => _rules.MaxAge > 0 && AgeInDays(account.PasswordDate) >= _rules.MaxAge;

    /// <summary>Refuses a change that comes too soon after the last; administrators are not asked to wait.</summary>
    public void RequireAge(DateTime passwordDate)
    {
        if (AgeInDays(passwordDate) is var age && age < _rules.MinAge)
            throw Refusal("Password was already recently changed.", "TOO_YOUNG", "WAIT", _rules.MinAge - age);
    }

    /// <summary>Refuses a password that is not good enough, or that the user, if there is one already, had before.</summary>
    public async Task RequireGoodAsync(
        MySqlConnection connection, MySqlTransaction? transaction, int? userId, string username, string password)
    {
        Require(password, username);
        if (_rules.HistorySize == 0 || userId is null)
            return;
        var former = await connection.QueryAsync<(byte[] Hash, byte[]? Salt)>(
            """
            SELECT password_hash, password_salt FROM guacamole_user_password_history
            WHERE user_id = @userId ORDER BY password_date DESC LIMIT @HistorySize
            """,
            new { userId, _rules.HistorySize },
            transaction);
        if (former.Any(one => PasswordHash.Verify(password, one.Salt, one.Hash)))
            throw Refusal("Password matches a previously-used password.", "REUSED", "HISTORY_SIZE", _rules.HistorySize);
    }

    /// <summary>Keeps the present password among the former ones before it is replaced.</summary>
    public async Task RememberAsync(MySqlConnection connection, MySqlTransaction? transaction, int userId)
    {
        if (_rules.HistorySize == 0)
            return;
        await connection.ExecuteAsync(
            """
            INSERT INTO guacamole_user_password_history (user_id, password_date, password_hash, password_salt)
            SELECT user_id, password_date, password_hash, password_salt FROM guacamole_user WHERE user_id = @userId;
            DELETE FROM guacamole_user_password_history WHERE user_id = @userId AND password_history_id <= (
                SELECT password_history_id FROM (
                    SELECT password_history_id FROM guacamole_user_password_history
                    WHERE user_id = @userId ORDER BY password_date DESC, password_history_id DESC LIMIT 1 OFFSET @HistorySize) oldest)
            """,
            new { userId, _rules.HistorySize },
            transaction);
    }

    public Task ReplaceExpiredAsync(MySqlConnection connection, int userId, string password)
    {
        var salt = PasswordHash.NewSalt();
        return connection.ExecuteAsync(
            """
            UPDATE guacamole_user SET password_hash = @hash, password_salt = @salt, password_date = @now, expired = 0
            WHERE user_id = @userId
            """,
            new { hash = PasswordHash.Compute(password, salt), salt, now = database.Now, userId });
    }

    internal void Require(string password, string username)
    {
        if (password.Length < _rules.MinLength)
            throw Refusal("Password does not meet minimum length requirements.", "TOO_SHORT", "LENGTH", _rules.MinLength);
        if (_rules.ProhibitUsername && password.Contains(username, StringComparison.OrdinalIgnoreCase))
            throw Refusal("Password must not contain username.", "CONTAINS_USERNAME");
        if (_rules.MultipleCase && !(password.Any(char.IsLower) && password.Any(char.IsUpper)))
            throw Refusal("Password must contain both uppercase and lowercase.", "REQUIRES_MULTIPLE_CASE");
        if (_rules.Digit && !password.Any(char.IsAsciiDigit))
            throw Refusal("Passwords must contain at least one digit.", "REQUIRES_DIGIT");
        if (_rules.Symbol && password.All(character => char.IsLower(character) || char.IsUpper(character) || char.IsAsciiDigit(character)))
            throw Refusal("Passwords must contain at least one non-alphanumeric character.", "REQUIRES_NON_ALNUM");
    }

    private int AgeInDays(DateTime since) => (int)(time.GetUtcNow() - DateTime.SpecifyKind(since, DateTimeKind.Utc)).TotalDays;

    private static GuacamoleException Refusal(string message, string key, string? variable = null, int value = 0) =>
        new(400, "BAD_REQUEST", message, GuacamoleStatus.ClientBadRequest)
        {
            Key = "PASSWORD_POLICY.ERROR_" + key,
            Variables = variable is null ? null : new Dictionary<string, object> { [variable] = value },
        };
}
