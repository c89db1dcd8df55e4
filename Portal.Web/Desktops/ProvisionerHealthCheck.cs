using GuacAspire.Portal.Web.Health;
using GuacAspire.Portal.Web.Problems;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Portal.Web.Desktops;

internal sealed class ProvisionerHealthCheck(ProvisionerClient provisioner, TimeProvider time) : SharedHealthCheck(time)
{
    protected override async Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken)
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
