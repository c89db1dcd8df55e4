using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Schema;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MySqlConnector;

namespace GuacAspire.Gateway.Health;

/// <summary>Without its database, or with a database that lacks the schema, the Gateway can do nothing.</summary>
internal sealed class DatabaseCheck(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var missing = await SchemaStep.MissingTablesAsync(connection);
            return missing.Count == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"The database lacks {missing.Count} of Guacamole's tables; run the schema step.");
        }
        catch (MySqlException e)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", e);
        }
    }
}
