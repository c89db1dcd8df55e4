namespace Aspire.Hosting.ApplicationModel;

public sealed class EndpointReference : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    private EndpointAnnotation? _annotation;

    public EndpointReference(IResourceWithEndpoints owner, EndpointAnnotation endpoint, NetworkIdentifier? contextNetworkID)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(endpoint);
        Resource = owner;
        EndpointName = endpoint.Name;
        ContextNetworkID = contextNetworkID;
        _annotation = endpoint;
    }

    public EndpointReference(IResourceWithEndpoints owner, EndpointAnnotation endpoint) : this(owner, endpoint, null)
    {
    }

    public EndpointReference(IResourceWithEndpoints owner, string endpointName, NetworkIdentifier? contextNetworkID = null)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(endpointName);
        Resource = owner;
        EndpointName = endpointName;
        ContextNetworkID = contextNetworkID;
    }

    public EndpointReference(IResourceWithEndpoints owner, string endpointName) : this(owner, endpointName, null)
    {
    }

    public EndpointAnnotation EndpointAnnotation => Find() ?? throw new InvalidOperationException(
        ErrorMessage ?? $"The endpoint `{EndpointName}` is not defined for the resource `{Resource.Name}`.");

    public IResourceWithEndpoints Resource { get; }

    public string EndpointName { get; }

    public string? ErrorMessage { get; init; }

    public NetworkIdentifier? ContextNetworkID { get; }

    public bool IsAllocated => Allocated is not null;

    public bool Exists => Find() is not null;

    public bool IsHttp => string.Equals(Scheme, "http", StringComparison.OrdinalIgnoreCase);

    public bool IsHttps => string.Equals(Scheme, "https", StringComparison.OrdinalIgnoreCase);

    public bool TlsEnabled => Exists && EndpointAnnotation.TlsEnabled;

    public int Port => Required.Port;

    public int? TargetPort => EndpointAnnotation.TargetPort;

    public string Host => Required.Address;

    public string Scheme => EndpointAnnotation.UriScheme;

    public string Url => Required.UriString;

    string IManifestExpressionProvider.ValueExpression => Expression(EndpointProperty.Url);

    IEnumerable<object> IValueWithReferences.References => [Resource];

    private AllocatedEndpoint? Allocated =>
        Find()?.AllAllocatedEndpoints.TryGetAllocatedEndpoint(
            ContextNetworkID ?? KnownNetworkIdentifiers.LocalhostNetwork, out var endpoint) is true
            ? endpoint : null;

    private AllocatedEndpoint Required => Allocated
        ?? throw new InvalidOperationException($"The endpoint `{EndpointName}` is not allocated for the resource `{Resource.Name}`.");

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        Property(EndpointProperty.Url).GetValueAsync(cancellationToken);

    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
        Property(EndpointProperty.Url).GetValueAsync(context, cancellationToken);

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ReferenceExpression GetTlsValue(ReferenceExpression enabledValue, ReferenceExpression disabledValue) =>
        ReferenceExpression.CreateConditional(Property(EndpointProperty.TlsEnabled), bool.TrueString, enabledValue, disabledValue);

    internal string Expression(EndpointProperty property)
    {
        return property switch
        {
            EndpointProperty.Url => Binding("url"),
            EndpointProperty.Host or EndpointProperty.IPV4Host => Binding("host"),
            EndpointProperty.Port => Binding("port"),
            EndpointProperty.Scheme => Binding("scheme"),
            EndpointProperty.TargetPort => Binding("targetPort"),
            EndpointProperty.HostAndPort => $"{Binding("host")}:{Binding("port")}",
            EndpointProperty.TlsEnabled => Binding("tlsEnabled"),
            _ => throw new InvalidOperationException($"The property '{property}' is not supported for the endpoint '{EndpointName}'."),
        };

        string Binding(string name) => $"{{{Resource.Name}.bindings.{EndpointName}.{name}}}";
    }

    private EndpointAnnotation? Find() => _annotation ??= Resource.Annotations.OfType<EndpointAnnotation>()
        .SingleOrDefault(a => string.Equals(a.Name, EndpointName, StringComparison.OrdinalIgnoreCase));
}
