using System.Net;
using Guacamole.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Portal.Web.Guacamole;

internal sealed class GuacamoleHealthCheck(GuacamoleClient guacamole) : IHealthCheck
{
    /// <summary>No token at all: an answer is all that is asked for, and "no" is one.</summary>
    private const string NoToken = "none";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await guacamole.IsValidAsync(NoToken, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (GuacamoleException exception)
        {
            return exception.Status is { } status and < HttpStatusCode.InternalServerError
                ? HealthCheckResult.Healthy($"It answers with status {(int)status}.")
                : HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
