using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

public enum EndpointProperty
{
    Url,
    Host,
    IPV4Host,
    Port,
    Scheme,
    TargetPort,
    HostAndPort,
    TlsEnabled,
}

public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property)
    : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    public EndpointReference Endpoint { get; } = endpointReference ?? throw new ArgumentNullException(nameof(endpointReference));

    public EndpointProperty Property { get; } = property;

    public string ValueExpression => Endpoint.Expression(Property);

    IEnumerable<object> IValueWithReferences.References => [Endpoint];

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => GetValueAsync(new(), cancellationToken);

    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var network = Endpoint.ContextNetworkID ?? context.EffectiveNetwork;

        switch (Property)
        {
            case EndpointProperty.Scheme:
                return Endpoint.Scheme;
            case EndpointProperty.TlsEnabled:
                return Endpoint.TlsEnabled ? bool.TrueString : bool.FalseString;
            case EndpointProperty.IPV4Host when network == KnownNetworkIdentifiers.LocalhostNetwork:
                return "127.0.0.1";
            case EndpointProperty.TargetPort when Endpoint.TargetPort is { } port:
                return port.ToString(CultureInfo.InvariantCulture);
        }

        var allocated = await Endpoint.EndpointAnnotation.AllAllocatedEndpoints.GetAllocatedEndpointAsync(network, cancellationToken)
            .ConfigureAwait(false);
        return Property switch
        {
            EndpointProperty.Url => allocated.UriString,
            EndpointProperty.Host or EndpointProperty.IPV4Host => allocated.Address,
            EndpointProperty.Port => allocated.Port.ToString(CultureInfo.InvariantCulture),
            EndpointProperty.HostAndPort => allocated.EndPointString,
            EndpointProperty.TargetPort => allocated.TargetPortExpression
                ?? throw new InvalidOperationException(
                    "The endpoint does not have an associated TargetPortExpression from the orchestrator."),
            _ => throw new InvalidOperationException(
                $"The property '{Property}' is not supported for the endpoint '{Endpoint.EndpointName}'."),
        };
    }
}
