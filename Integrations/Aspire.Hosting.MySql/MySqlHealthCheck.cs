using Microsoft.Extensions.Diagnostics.HealthChecks;
using MySqlConnector;

namespace Aspire.Hosting.MySql;

/// <summary>Asks whether a connection string opens, anew each time: a pool would go on with what was allowed before.</summary>
internal sealed class MySqlHealthCheck(Func<string?> connectionString) : IHealthCheck
{
    private const uint TimeoutSeconds = 5;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (connectionString() is not { } text)
            return HealthCheckResult.Unhealthy("The connection string is not available yet: the server has no address.");

        try
        {
            var settings = new MySqlConnectionStringBuilder(text) { ConnectionTimeout = TimeoutSeconds, Pooling = false };
            var connection = new MySqlConnection(settings.ConnectionString);
            await using (connection.ConfigureAwait(false))
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                return await connection.PingAsync(cancellationToken).ConfigureAwait(false)
                    ? HealthCheckResult.Healthy()
                    : HealthCheckResult.Unhealthy("The server let us in, and then did not answer.");
            }
        }
        catch (ArgumentException)
        {
            // The exception is left out: it quotes the part of the password that it stumbled over.
            return HealthCheckResult.Unhealthy(
                "The connection string cannot be read: a password with a semicolon or a quote in it breaks it. Choose another.");
        }
        catch (MySqlException refused) when (refused.ErrorCode == MySqlErrorCode.AccessDenied)
        {
            return HealthCheckResult.Unhealthy(
                "The server refuses the password: its data volume was made with another one. "
                + "Put the old one back into the user secrets, or remove the volume.",
                refused);
        }
        catch (MySqlException failure)
        {
            return HealthCheckResult.Unhealthy(failure.Message, failure);
        }
    }
}
