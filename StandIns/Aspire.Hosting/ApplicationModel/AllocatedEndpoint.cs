namespace Aspire.Hosting.ApplicationModel;

public enum EndpointBindingMode
{
    SingleAddress,
    DualStackAnyAddresses,
    IPv4AnyAddresses,
    IPv6AnyAddresses,
}

public class AllocatedEndpoint
{
    public AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, EndpointBindingMode bindingMode,
        string? targetPortExpression = null, NetworkIdentifier? networkID = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);

        Endpoint = endpoint;
        Address = address;
        Port = port;
        BindingMode = bindingMode;
        TargetPortExpression = targetPortExpression;
        NetworkID = networkID ?? endpoint.DefaultNetworkID;
    }

    public AllocatedEndpoint(
        EndpointAnnotation endpoint, string address, int port, EndpointBindingMode bindingMode, string? targetPortExpression = null)
        : this(endpoint, address, port, bindingMode, targetPortExpression, null)
    {
    }

    public AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
        : this(endpoint, address, port, EndpointBindingMode.SingleAddress, targetPortExpression)
    {
    }

    public EndpointAnnotation Endpoint { get; }

    public string Address { get; private set; }

    public EndpointBindingMode BindingMode { get; private set; }

    public int Port { get; private set; }

    public string UriScheme => Endpoint.UriScheme;

    public string EndPointString => $"{Address}:{Port}";

    public string UriString => $"{UriScheme}://{EndPointString}";

    public string? TargetPortExpression { get; }

    public NetworkIdentifier NetworkID { get; private set; }

    public override string ToString() => UriString;
}
