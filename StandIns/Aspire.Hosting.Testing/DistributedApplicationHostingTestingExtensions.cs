using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Testing;

public static class DistributedApplicationHostingTestingExtensions
{
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = default)
    {
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = app.GetEndpoint(resourceName, endpointName);
        return client;
    }

    public static ValueTask<string?> GetConnectionStringAsync(
        this DistributedApplication app, string resourceName, CancellationToken cancellationToken = default) =>
        Resource(app, resourceName) is IResourceWithConnectionString resource
            ? resource.GetConnectionStringAsync(cancellationToken)
            : throw new ArgumentException($"Resource '{resourceName}' does not expose a connection string.", nameof(resourceName));

    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = default) =>
        app.GetEndpointForNetwork(resourceName, null, endpointName);

    public static Uri GetEndpointForNetwork(
        this DistributedApplication app, string resourceName, NetworkIdentifier? networkIdentifier, string? endpointName = default)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (Resource(app, resourceName) is not IResourceWithEndpoints resource)
            throw new ArgumentException($"Resource '{resourceName}' has no allocated endpoints.", nameof(resourceName));

        var network = networkIdentifier ?? KnownNetworkIdentifiers.LocalhostNetwork;
        var endpoint = endpointName is null
            ? Find(resource, "http", network) ?? Find(resource, "https", network)
            : Find(resource, endpointName, network);
        return endpoint is { IsAllocated: true }
            ? new(endpoint.Url)
            : throw new ArgumentException(
                $"Endpoint '{endpointName ?? "http"}' for resource '{resourceName}' not found.", nameof(endpointName));
    }

    private static EndpointReference? Find(IResourceWithEndpoints resource, string name, NetworkIdentifier network) =>
        resource.GetEndpoint(name, network) is { Exists: true } endpoint ? endpoint : null;

    private static IResource Resource(DistributedApplication app, string name) =>
        app.Services.GetRequiredService<DistributedApplicationModel>().Resources.FirstOrDefault(
            r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"Resource '{name}' not found.", nameof(name));
}
