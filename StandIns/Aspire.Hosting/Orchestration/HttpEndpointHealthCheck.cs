using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

internal sealed class HttpEndpointHealthCheck(IHttpClientFactory clients, Func<Uri?> address, int expected) : IHealthCheck
{
    private const int LongestAnswer = 500;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (address() is not { } uri) return HealthCheckResult.Unhealthy("The address is not known yet.");

        using var client = clients.CreateClient(nameof(HttpEndpointHealthCheck));
        client.Timeout = TimeSpan.FromSeconds(20);
        try
        {
            using var response = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if ((int)response.StatusCode == expected) return HealthCheckResult.Healthy();

            var said = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Unhealthy(
                $"{uri} answered {(int)response.StatusCode}, expected {expected}. {(said.Length > LongestAnswer ? said[..LongestAnswer] : said)}".Trim());
        }
        catch (HttpRequestException failure)
        {
            return HealthCheckResult.Unhealthy($"{uri} does not answer: {failure.Message}", failure);
        }
    }
}
