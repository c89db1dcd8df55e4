using Microsoft.Extensions.Diagnostics.HealthChecks;
using MySqlConnector;

namespace Aspire.Hosting.MySql;

internal sealed class MySqlHealthCheck(Func<string?> connectionString) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (connectionString() is not { } text) return HealthCheckResult.Unhealthy("The connection string is not available yet.");

        var settings = new MySqlConnectionStringBuilder(text) { ConnectionTimeout = 5, Pooling = false };
        try
        {
            await using var connection = new MySqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var command = new MySqlCommand("SELECT 1", connection);
            await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (MySqlException refused) when (refused.ErrorCode == MySqlErrorCode.AccessDenied)
        {
            return HealthCheckResult.Unhealthy(
                "The server refuses the password: its data volume was made with another one. Put the old one back into the user secrets, or remove the volume.", refused);
        }
        catch (MySqlException failure)
        {
            return HealthCheckResult.Unhealthy(failure.Message, failure);
        }
    }
}
