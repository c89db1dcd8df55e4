using Dapper;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Sessions;
using MySqlConnector;

namespace GuacAspire.Gateway.Schema;

/// <summary>
/// <c>Gateway schema</c>: creates what is missing (database, tables, account, first administrator) and changes nothing that is there.
/// </summary>
internal sealed partial class SchemaStep(IConfiguration configuration, TimeProvider time, ILogger<SchemaStep> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RefusalPatience = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<SchemaStep>();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        using var host = builder.Build();
        using var stop = new CancellationTokenSource();
        using var signal = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM, context => { context.Cancel = true; stop.Cancel(); });
        var step = host.Services.GetRequiredService<SchemaStep>();
        try
        {
            await step.ApplyAsync(stop.Token);
            return 0;
        }
        catch (Exception e) when (e is MySqlException or InvalidOperationException or OperationCanceledException or ArgumentException)
        {
            await Console.Error.WriteLineAsync("schema: " + Explain(e));
            return 1;
        }
    }

    internal async Task ApplyAsync(CancellationToken cancel)
    {
        var text = configuration.GetConnectionString("guacamole-db")
            ?? throw new InvalidOperationException(
                "ConnectionStrings__guacamole-db is not set; it must name the server and an account that may create databases.");
        var target = new MySqlConnectionStringBuilder(text) { AllowPublicKeyRetrieval = true, ConnectionTimeout = 10 };
        var database = target.Database is { Length: > 0 } named ? named : "guacamole";
        target.Database = "";

        await using var connection = await ConnectAsync(target.ConnectionString, cancel);
        // Two steps at once (a restart, a second server) must not meet half-way.
        await connection.ExecuteAsync("SELECT GET_LOCK('guacaspire-schema', 120)");
        await connection.ExecuteAsync($"CREATE DATABASE IF NOT EXISTS {Quoted(database)}");
        await connection.ChangeDatabaseAsync(database, cancel);
        await CreateTablesAsync(connection, database);
        await DatabaseAccount.EnsureAsync(connection, configuration, target, database, cancel);
        await EnsureAdministratorAsync(connection, cancel);
    }

    private async Task<MySqlConnection> ConnectAsync(string connectionString, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var connection = new MySqlConnection(connectionString);
            try
            {
                await connection.OpenAsync(cancel);
                return connection;
            }
            catch (MySqlException e) when (time.GetElapsedTime(start) < (IsRefusal(e) ? RefusalPatience : Patience))
            {
                await connection.DisposeAsync();
                if (attempt % 10 == 1)
                    LogWaiting(e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancel);
            }
        }
    }

    private async Task CreateTablesAsync(MySqlConnection connection, string database)
    {
        var missing = (await MissingTablesAsync(connection)).Count;
        if (missing == 0)
        {
            LogComplete(database);
            return;
        }
        foreach (var statement in GuacamoleSchema.Statements)
            await connection.ExecuteAsync(statement);
        LogCreated(missing, database);
    }

    internal static async Task<List<string>> MissingTablesAsync(MySqlConnection connection)
    {
        var present = await connection.QueryAsync<string>(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'guacamole%'");
        return GuacamoleSchema.Tables.Except(present, StringComparer.OrdinalIgnoreCase).ToList();
    }

    private async Task EnsureAdministratorAsync(MySqlConnection connection, CancellationToken cancel)
    {
        if (await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM guacamole_entity WHERE type = 'USER')"))
            return;
        var name = configuration.Text("GUACAMOLE_ADMIN_USERNAME") ?? "guacadmin";
        var password = configuration.Text("GUACAMOLE_ADMIN_PASSWORD")
            ?? throw new InvalidOperationException(
                "GUACAMOLE_ADMIN_PASSWORD is not set and the database has no users yet; there is no default password.");
        if (password == name)
            throw new InvalidOperationException("GUACAMOLE_ADMIN_PASSWORD equals the administrator's name; choose another.");

        var salt = PasswordHash.NewSalt();
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var entity = await connection.ExecuteScalarAsync<long>(
            "INSERT INTO guacamole_entity (name, type) VALUES (@name, 'USER'); SELECT LAST_INSERT_ID()", new { name }, transaction);
        var user = await connection.ExecuteScalarAsync<long>(
            """
            INSERT INTO guacamole_user (entity_id, password_hash, password_salt, password_date) VALUES (@entity, @hash, @salt, @now);
            SELECT LAST_INSERT_ID()
            """,
            new { entity, hash = PasswordHash.Compute(password, salt), salt, now = time.GetUtcNow().UtcDateTime },
            transaction);
        await connection.ExecuteAsync(
            """
            INSERT INTO guacamole_user_permission (entity_id, affected_user_id, permission)
                VALUES (@entity, @user, 'READ'), (@entity, @user, 'UPDATE'), (@entity, @user, 'ADMINISTER');
            INSERT INTO guacamole_system_permission (entity_id, permission) VALUES (@entity, 'CREATE_CONNECTION'),
                (@entity, 'CREATE_CONNECTION_GROUP'), (@entity, 'CREATE_SHARING_PROFILE'), (@entity, 'CREATE_USER'),
                (@entity, 'CREATE_USER_GROUP'), (@entity, 'ADMINISTER')
            """,
            new { entity, user },
            transaction);
        await transaction.CommitAsync(cancel);
        LogAdministrator(name);
    }

    internal static string Quoted(string identifier) => "`" + identifier.Replace("`", "``", StringComparison.Ordinal) + "`";

    private static bool IsRefusal(MySqlException e) =>
        e.ErrorCode is MySqlErrorCode.AccessDenied or MySqlErrorCode.DatabaseAccessDenied;

    private static string Explain(Exception e) => e switch
    {
        MySqlException refused when IsRefusal(refused) =>
            $"the database refuses the password ({refused.Message}): the volume was made with another password; "
                        + "restore that password or remove the volume.",
        MySqlException { ErrorCode: MySqlErrorCode.UnableToConnectToHost } => $"the database does not answer ({e.Message}).",
        OperationCanceledException => "stopped before it was done.",
        _ => e.Message,
    };

    [LoggerMessage(LogLevel.Information, "Waiting for the database: {Reason}")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(LogLevel.Information, "The database {Database} has Guacamole's schema and is used as it is")]
    private partial void LogComplete(string database);

    [LoggerMessage(LogLevel.Information, "Created {Count} of Guacamole's tables in {Database}")]
    private partial void LogCreated(int count, string database);

    [LoggerMessage(LogLevel.Information, "Created the first administrator, {Name}")]
    private partial void LogAdministrator(string name);
}
