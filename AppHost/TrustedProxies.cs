using System.Net;
using Microsoft.Extensions.Configuration;

namespace AppHost;

/// <summary>The setting <c>Portal:TrustedProxies</c>: who stands in front of nginx, and says where visitors come from.</summary>
internal static class TrustedProxies
{
    private const string Setting = "Portal:TrustedProxies";

    /// <summary>Addresses and networks, separated by commas; none by default.</summary>
    public static string[] GetTrustedProxies(this IConfiguration configuration)
    {
        var proxies = (configuration[Setting] ?? "").Split(
            [',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.Find(proxies, proxy => !IPNetwork.TryParse(proxy, out _) && !IPAddress.TryParse(proxy, out _)) is { } wrong
            ? throw new DistributedApplicationException(
                $"{Setting} holds '{wrong}', which is neither an address nor a network such as 172.16.0.0/12.")
            : proxies;
    }

    /// <summary>
    /// Has the portal believe nginx, which comes by a socket of this machine, and nobody else: what others in front say, nginx has judged.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithNginxTrusted(this IResourceBuilder<ProjectResource> portal) =>
        portal.ApplicationBuilder.ExecutionContext.IsRunMode
            ? portal.WithEnvironment("Portal__TrustedProxies", "127.0.0.0/8, ::1")
            : portal;
}
