using GuacAspire.Portal.Web.Problems;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Portal.Web.Desktops;

internal sealed class ProvisionerHealthCheck(ProvisionerClient provisioner) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await provisioner.IsHealthyAsync(cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The provisioner answers, but is not healthy.");
        }
        catch (ApiException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Title);
        }
    }
}
