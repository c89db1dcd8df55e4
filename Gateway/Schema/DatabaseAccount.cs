using Dapper;
using GuacAspire.Gateway.Configuration;
using MySqlConnector;

namespace GuacAspire.Gateway.Schema;

/// <summary>The account that the servers use: rights on Guacamole's database and on nothing else.</summary>
internal static class DatabaseAccount
{
    public static async Task EnsureAsync(
        MySqlConnection administrator, IConfiguration configuration, MySqlConnectionStringBuilder server, string database,
        CancellationToken cancel)
    {
        var user = configuration.Text("MYSQL_USERNAME");
        if (user is null || user == server.UserID)
            return;
        var password = configuration.Text("MYSQL_PASSWORD")
            ?? throw new InvalidOperationException("MYSQL_USERNAME is set without MYSQL_PASSWORD.");

        var account = $"'{MySqlHelper.EscapeString(user)}'@'%'";
        var secret = $"'{MySqlHelper.EscapeString(password)}'";
        await administrator.ExecuteAsync($"CREATE USER IF NOT EXISTS {account} IDENTIFIED BY {secret}");
        // An underscore in a granted database name is a wildcard unless it is escaped.
        var granted = SchemaStep.Quoted(
            database.Replace("_", "\\_", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal));
        await administrator.ExecuteAsync($"GRANT SELECT, INSERT, UPDATE, DELETE ON {granted}.* TO {account}");
        if (!await CanLogInAsync(server, user, password, database, cancel))
            await administrator.ExecuteAsync($"ALTER USER {account} IDENTIFIED BY {secret}");
    }

    private static async Task<bool> CanLogInAsync(
        MySqlConnectionStringBuilder server, string user, string password, string database, CancellationToken cancel)
    {
        var asUser = new MySqlConnectionStringBuilder(server.ConnectionString)
        {
            UserID = user,
            Password = password,
            Database = database,
            Pooling = false,
        };
        await using var connection = new MySqlConnection(asUser.ConnectionString);
        try
        {
            await connection.OpenAsync(cancel);
            return true;
        }
        catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.AccessDenied)
        {
            return false;
        }
    }
}
