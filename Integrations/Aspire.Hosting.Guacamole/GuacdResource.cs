namespace Aspire.Hosting.ApplicationModel;

/// <summary>Represents guacd, the proxy daemon that speaks VNC, RDP and SSH on behalf of a Guacamole server.</summary>
/// <param name="name">The name of the resource.</param>
public sealed class GuacdResource(string name) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";

    private EndpointReference? _primaryEndpoint;

    /// <summary>Gets the endpoint that speaks the Guacamole protocol.</summary>
    public EndpointReference PrimaryEndpoint => _primaryEndpoint ??= new(this, PrimaryEndpointName);

    /// <summary>Gets the host endpoint reference for this resource.</summary>
    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    /// <summary>Gets the port endpoint reference for this resource.</summary>
    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    /// <summary>Gets the address as <c>host:port</c>.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Host}:{Port}");
}
