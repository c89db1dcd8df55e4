using Aspire.Hosting.Nginx;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Represents an nginx container that forwards the paths of its routes.</summary>
/// <param name="name">The name of the resource.</param>
public sealed class NginxResource(string name) : ContainerResource(name)
{
    internal const string PrimaryEndpointName = "http";

    private EndpointReference? _primaryEndpoint;

    /// <summary>Gets the endpoint that browsers use.</summary>
    public EndpointReference PrimaryEndpoint => _primaryEndpoint ??= new(this, PrimaryEndpointName);

    internal List<NginxRoute> Routes { get; } = [];

    /// <summary>Whose word about clients is taken: addresses and networks.</summary>
    internal List<string> TrustedProxies { get; } = [];

    /// <summary>Where projects listen on sockets that nginx shares, if they do.</summary>
    internal ServiceSockets? Sockets { get; set; }
}
