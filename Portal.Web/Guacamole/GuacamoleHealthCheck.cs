using GuacAspire.Portal.Web.Problems;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Portal.Web.Guacamole;

internal sealed class GuacamoleHealthCheck(GuacamoleClient guacamole) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await guacamole.AnswersAsync(cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("Guacamole answers with an error.");
        }
        catch (ApiException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Title, exception);
        }
    }
}
