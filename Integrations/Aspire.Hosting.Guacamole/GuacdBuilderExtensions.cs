using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Guacamole;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>Provides extension methods for adding guacd to the application model.</summary>
public static class GuacdBuilderExtensions
{
    private const int GuacdPort = 4822;

    /// <summary>Adds a guacd container to the application model.</summary>
    /// <param name="builder">The <see cref="IDistributedApplicationBuilder"/>.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="port">The host port; a free one by default.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <remarks>
    /// Whoever reaches guacd can make it connect anywhere it can reach, and a hostile VNC server has broken it before.
    /// So it runs without capabilities, cannot gain privileges, and forwards no packets between the networks that it joins.
    /// </remarks>
    public static IResourceBuilder<GuacdResource> AddGuacd(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        var guacd = new GuacdResource(name);
        var healthCheckKey = $"{name}_check";
        builder.Services.AddHealthChecks().AddCheck(healthCheckKey, new GuacdHealthCheck(guacd));

        return builder.AddResource(guacd)
            .WithEndpoint(port: port, targetPort: GuacdPort, name: GuacdResource.PrimaryEndpointName, protocol: ProtocolType.Tcp)
            .WithImage(GuacamoleContainerImageTags.GuacdImage, GuacamoleContainerImageTags.Tag)
            .WithImageRegistry(GuacamoleContainerImageTags.Registry)
            .WithIconName("PlugConnected")
            .WithContainerRuntimeArgs("--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--sysctl", "net.ipv4.ip_forward=0")
            .WithHealthCheck(healthCheckKey);
    }
}
