using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace Aspire.Hosting.MySql;

internal sealed class MySqlCreateDatabaseScriptAnnotation(string script) : IResourceAnnotation
{
    public string Script { get; } = script;
}

internal static partial class MySqlDatabases
{
    public static async Task CreateAsync(MySqlServerResource server, ResourceReadyEvent @event, CancellationToken cancellationToken)
    {
        if (server.DatabaseResources.Count == 0) return;

        var connectionString = await server.ConnectionStringExpression.GetValueAsync(cancellationToken).ConfigureAwait(false);
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        foreach (var database in server.DatabaseResources)
        {
            var logger = @event.Services.GetRequiredService<ResourceLoggerService>().GetLogger(server);
            try
            {
                await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The script is the AppHost's own, and a name is quoted.
                command.CommandText = database.TryGetLastAnnotation<MySqlCreateDatabaseScriptAnnotation>(out var script)
                    ? script.Script
                    : $"CREATE DATABASE IF NOT EXISTS {new MySqlCommandBuilder().QuoteIdentifier(database.DatabaseName)};";
#pragma warning restore CA2100
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                LogCreated(logger, database.DatabaseName);
            }
            catch (MySqlException failure)
            {
                LogFailed(logger, database.DatabaseName, failure.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Database '{Name}' created.")]
    private static partial void LogCreated(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to create database '{Name}': {Error}")]
    private static partial void LogFailed(ILogger logger, string name, string error);
}
