using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly NetworkIdentifier _networkId;
    private string? _transport;
    private bool? _tlsEnabled;
    private int? _port;
    private int? _targetPort;

    public EndpointAnnotation(ProtocolType protocol, string? uriScheme = null, string? transport = null, [EndpointName] string? name = null,
        int? port = null, int? targetPort = null, bool? isExternal = null, bool isProxied = true)
        : this(protocol, null, uriScheme, transport, name, port, targetPort, isExternal, isProxied)
    {
    }

    public EndpointAnnotation(ProtocolType protocol, NetworkIdentifier? networkID, string? uriScheme = null, string? transport = null,
        [EndpointName] string? name = null, int? port = null, int? targetPort = null, bool? isExternal = null, bool isProxied = true)
    {
        UriScheme = uriScheme ?? protocol.ToString().ToLowerInvariant();
        Name = name ?? UriScheme;
        ModelName.Validate("Endpoint", Name);
        Protocol = protocol;
        _transport = transport;
        _port = port;
        _targetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
        _networkId = networkID ?? KnownNetworkIdentifiers.LocalhostNetwork;
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    // Without a proxy the port that clients use and the port that the process listens on are one.
    public int? Port { get => _port ?? (IsProxied ? null : _targetPort); set => _port = value; }

    public int? TargetPort { get => _targetPort ?? (IsProxied ? null : _port); set => _targetPort = value; }

    public string UriScheme { get; set; }

    public string TargetHost { get; set; } = KnownHostNames.Localhost;

    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : Protocol.ToString().ToLowerInvariant());
        set => _transport = value;
    }

    public bool IsExternal { get; set; }

    public bool IsProxied { get; set; }

    public bool TlsEnabled
    {
        get => _tlsEnabled ?? string.Equals(UriScheme, "https", StringComparison.OrdinalIgnoreCase);
        set => _tlsEnabled = value;
    }

    public NetworkIdentifier DefaultNetworkID => _networkId;

    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => AllAllocatedEndpoints.TryGetAllocatedEndpoint(_networkId, out var endpoint) ? endpoint : null;
        set
        {
            if (value is null)
                AllAllocatedEndpoints.For(_networkId)
                    .SetException(new InvalidOperationException($"The endpoint `{Name}` is not allocated"));
            else
                AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(_networkId, value);
        }
    }

    public NetworkEndpointSnapshotList AllAllocatedEndpoints { get; } = new();

    internal bool FromLaunchProfile { get; set; }
}
