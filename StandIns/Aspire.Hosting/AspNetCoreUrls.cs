using System.Net;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

internal static class AspNetCoreUrls
{
    /// <summary>
    /// Where a project listens: on the loopback address, and on the container network's gateway if a container has to reach it; never on
    /// every address.
    /// </summary>
    public static void Set(EnvironmentCallbackContext context)
    {
        var endpoints = context.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https").ToArray();
        var networks = new[] { KnownNetworkIdentifiers.LocalhostNetwork, KnownNetworkIdentifiers.DefaultAspireContainerNetwork };
        var addresses = endpoints.SelectMany(
            e => networks.Select(n => e.AllAllocatedEndpoints.TryGetAllocatedEndpoint(n, out var allocated) ? allocated : null))
            // What no container reaches has only a name there, and Kestrel takes a name for every address.
            .OfType<AllocatedEndpoint>().Where(a => IPAddress.TryParse(a.Address, out _)).Select(a => a.UriString).ToArray();
        if (addresses.Length == 0) return;

        context.EnvironmentVariables["ASPNETCORE_URLS"] = string.Join(';', addresses);
        if (endpoints.FirstOrDefault(e => e.UriScheme == "https")?.AllocatedEndpoint is { } https)
            context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] = $"{https.Port}";
    }
}
