using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

internal sealed class HttpEndpointHealthCheck(IHttpClientFactory clients, Func<Uri?> address, int expected) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (address() is not { } uri) return HealthCheckResult.Unhealthy("The address is not known yet.");

        using var client = clients.CreateClient(nameof(HttpEndpointHealthCheck));
        client.Timeout = TimeSpan.FromSeconds(20);
        try
        {
            using var response = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return (int)response.StatusCode == expected
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"{uri} answered {(int)response.StatusCode}, expected {expected}.");
        }
        catch (HttpRequestException failure)
        {
            return HealthCheckResult.Unhealthy($"{uri} does not answer: {failure.Message}", failure);
        }
    }
}
