using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace Aspire.Hosting.MySql;

/// <summary>Creates a server's databases when it is ready.</summary>
internal static partial class MySqlDatabases
{
    public static async Task CreateAsync(MySqlServerResource server, ResourceReadyEvent ready, CancellationToken cancellationToken)
    {
        if (server.DatabaseResources.Count == 0)
            return;

        var logger = ready.Services.GetRequiredService<ResourceLoggerService>().GetLogger(server);
        var connectionString = await server.ConnectionStringExpression.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var connection = new MySqlConnection(connectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            foreach (var database in server.DatabaseResources)
                await CreateAsync(database, connection, logger, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task CreateAsync(
        MySqlDatabaseResource database, MySqlConnection connection, ILogger logger, CancellationToken cancellationToken)
    {
        var script = database.TryGetLastAnnotation<MySqlCreateDatabaseScriptAnnotation>(out var annotation) ? annotation.Script : null;
        try
        {
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
#pragma warning disable CA2100 // The script is the AppHost's own, and a name is quoted.
                command.CommandText = script
                    ?? $"CREATE DATABASE IF NOT EXISTS {new MySqlCommandBuilder().QuoteIdentifier(database.DatabaseName)};";
#pragma warning restore CA2100
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            if (script is null)
                LogCreated(logger, database.DatabaseName);
            else
                LogScriptRan(logger, database.DatabaseName);
        }
        // A connection that broke with one database refuses the next by the second of them.
        catch (Exception error) when (error is MySqlException or InvalidOperationException)
        {
            LogFailed(logger, database.DatabaseName, error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The database '{Name}' is there.")]
    private static partial void LogCreated(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "The creation script of the database '{Name}' ran.")]
    private static partial void LogScriptRan(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database '{Name}' could not be created: {Reason}")]
    private static partial void LogFailed(ILogger logger, string name, string reason);
}
