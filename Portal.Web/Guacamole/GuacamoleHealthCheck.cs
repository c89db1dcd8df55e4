using System.Net;
using Guacamole.Client;
using GuacAspire.Portal.Web.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Portal.Web.Guacamole;

internal sealed class GuacamoleHealthCheck(GuacamoleClient guacamole, TimeProvider time) : SharedHealthCheck(time)
{
    /// <summary>No token at all: an answer is all that is asked for, and "no" is one.</summary>
    private const string NoToken = "none";

    protected override async Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken)
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
