using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Authentication;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Sessions;
using MySqlConnector;

namespace GuacAspire.Gateway.Directories;

internal sealed class UserDirectory(Database database, PasswordPolicy policy) : ObjectDirectory<ApiUser>(database)
{
    private const string OwnPassword =
        "Permission denied. The password update endpoint must be used to change the current user's password.";

    protected override ObjectKind Kind => ObjectKind.User;

    public override Task<int?> ResolveAsync(Work work, string identifier) => work.ScalarAsync<int?>(
        $"SELECT u.user_id FROM {Account.Tables} WHERE e.name = @identifier AND {Visible(work.Caller, "u.user_id", [])}",
        new { identifier, entities = work.Caller.Entities });

    public override async Task RemoveAsync(Work work, string identifier)
    {
        var id = await work.ScalarAsync<int?>($"SELECT u.user_id FROM {Account.Tables} WHERE e.name = @identifier", new { identifier });
        await work.Caller.RequireAsync(work, Kind, id ?? 0, ObjectPermission.DELETE);
        if (id == work.Caller.Session.UserId)
            throw GuacamoleException.Unsupported("Deleting your own user is not allowed.");
        await work.ExecuteAsync("DELETE FROM guacamole_entity WHERE name = @identifier AND type = 'USER'", new { identifier });
    }

    /// <summary>Changes a password by means of the present one.</summary>
    public async Task ChangePasswordAsync(Caller caller, string identifier, ApiPasswordUpdate update, CancellationToken cancel)
    {
        await using var work = await Database.BeginAsync(caller, cancel);
        var id = await RequireAsync(work, identifier);
        var account = await work.FirstAsync<Account>($"SELECT {Account.Columns} FROM {Account.Tables} WHERE u.user_id = @id", new { id });
        if (account is null || update.OldPassword is null
            || !PasswordHash.Verify(update.OldPassword, account.PasswordSalt, account.PasswordHash))
        {
            throw GuacamoleException.Denied();
        }
        if (update.NewPassword is null)
            throw GuacamoleException.BadRequest("The new password is missing.");
        await caller.RequireAsync(work, Kind, id, ObjectPermission.UPDATE);
        await ReplacePasswordAsync(work, account, update.NewPassword);
        await work.CommitAsync();
    }

    protected override async Task<IReadOnlyList<(string Identifier, ApiUser Value)>> SelectAsync(
        MySqlConnection connection, Caller caller, string? identifier, IReadOnlyList<ObjectPermission> permissions)
    {
        var administered = caller.IsAdministrator
            ? "TRUE"
            : """
            u.user_id IN (
                SELECT affected_user_id FROM guacamole_user_permission WHERE entity_id IN @entities AND permission = 'ADMINISTER')
            """;
        var rows = await connection.QueryAsync<Account>(
            $"""
            SELECT {Account.Columns}, {administered} Administered FROM {Account.Tables}
            WHERE {(identifier is null ? "TRUE" : "e.name = @identifier")} AND {Visible(caller, "u.user_id", permissions)}
            """,
            new { identifier, entities = caller.Entities, permissions = Names(permissions) });
        return [.. rows.Select(row => (row.Name, UserAttributes.ToApi(row, row.Administered)))];
    }

    protected override void Complete(Caller caller, ApiUser value)
    {
        if (value.Username is null)
            throw GuacamoleException.BadRequest("The username is missing.");
        // Of their own attributes users may change only preferences, and there are none.
        value.Attributes = IsSelf(caller, value.Username)
            ? Attributes.Require(value.Attributes, [])
            : Attributes.Require(value.Attributes, [.. UserAttributes.Profile, .. UserAttributes.Restrictions]);
    }

    protected override void CheckReplacement(Caller caller, string identifier, ApiUser value, bool isPatch)
    {
        if (value.Password is not null && (IsSelf(caller, identifier) || (value.Username is { } name && IsSelf(caller, name))))
            throw GuacamoleException.Denied(OwnPassword);
        // A PATCH names the user by its path alone, and changes one's own profile, too.
        if (isPatch)
            value.Attributes = Attributes.Require(value.Attributes, [.. UserAttributes.Profile, .. UserAttributes.Restrictions]);
        else
            Complete(caller, value);
    }

    protected override async Task<string> InsertAsync(Work work, ApiUser value)
    {
        if (string.IsNullOrWhiteSpace(value.Username))
            throw GuacamoleException.BadRequest("The username must not be blank.");
        if (await work.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT 1 FROM {Account.Tables} WHERE e.name = @Username)", new { value.Username }))
            throw GuacamoleException.BadRequest($"User \"{value.Username}\" already exists.");
        if (value.Password is not null)
            policy.Require(value.Password, value.Username);

        var entity = await work.InsertAsync("INSERT INTO guacamole_entity (name, type) VALUES (@Username, 'USER')", new { value.Username });
        var salt = PasswordHash.NewSalt();
        var hash = value.Password is null ? PasswordHash.Unusable() : PasswordHash.Compute(value.Password, salt);
        var id = await work.InsertAsync(
            "INSERT INTO guacamole_user (entity_id, password_hash, password_salt, password_date) VALUES (@entity, @hash, @salt, @now)",
            new { entity, hash, salt, now = work.Now });
        await SetColumnsAsync(work, id, UserAttributes.ToColumns(value.Attributes!, restricted: true));
        await GrantCreatorAsync(work, id);
        await work.ExecuteAsync(
            "INSERT INTO guacamole_user_permission (entity_id, affected_user_id, permission) VALUES (@entity, @id, 'READ')",
            new { entity, id });
        return value.Username;
    }

    protected override async Task UpdateAsync(Work work, int id, ApiUser value)
    {
        var columns = UserAttributes.ToColumns(value.Attributes!, await work.Caller.MayAsync(work, Kind, id, ObjectPermission.ADMINISTER));
        columns["disabled"] = value.Disabled;
        await SetColumnsAsync(work, id, columns);
        if (value.Password is null)
            return;
        var account = await work.FirstAsync<Account>($"SELECT {Account.Columns} FROM {Account.Tables} WHERE u.user_id = @id", new { id });
        await ReplacePasswordAsync(work, account!, value.Password);
    }

    private async Task ReplacePasswordAsync(Work work, Account account, string password)
    {
        if (!work.Caller.IsAdministrator)
            policy.RequireAge(account.PasswordDate);
        await policy.RequireGoodAsync(work.Connection, work.Transaction, account.UserId, account.Name, password);
        await policy.RememberAsync(work.Connection, work.Transaction, account.UserId);
        await StorePasswordAsync(work, account.UserId, password);
    }

    private static Task StorePasswordAsync(Work work, int id, string password)
    {
        var salt = PasswordHash.NewSalt();
        return SetColumnsAsync(work, id, new Dictionary<string, object?>
        {
            ["password_hash"] = PasswordHash.Compute(password, salt),
            ["password_salt"] = salt,
            ["password_date"] = work.Now,
        });
    }

    // The names of the columns come from this program alone.
    private static async Task SetColumnsAsync(Work work, int id, Dictionary<string, object?> columns)
    {
        if (columns.Count == 0)
            return;
        var assignments = string.Join(", ", columns.Keys.Select(column => $"{column} = @{column}"));
        await work.ExecuteAsync(
            $"UPDATE guacamole_user SET {assignments} WHERE user_id = @id", new DynamicParameters(columns.Append(new("id", id))));
    }

    private static bool IsSelf(Caller caller, string username) =>
        string.Equals(caller.Session.Username, username, StringComparison.OrdinalIgnoreCase);
}
