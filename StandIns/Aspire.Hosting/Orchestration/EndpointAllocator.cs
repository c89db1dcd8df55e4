using System.Globalization;
using System.Net;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration;

/// <summary>Gives every endpoint its address: one for the host, and one for the containers.</summary>
internal sealed class EndpointAllocator(IConfiguration configuration, ResourceConfiguration resources, ServiceNetwork network)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly PortAllocator _ports = new();
    private readonly bool _randomize = configuration.GetValue("DcpPublisher:RandomizePorts", false);

    public async Task AllocateAsync(IReadOnlyCollection<IResource> model, CancellationToken cancellationToken)
    {
        var endpoints = model.OfType<IResourceWithEndpoints>()
            .SelectMany(r => r.Annotations.OfType<EndpointAnnotation>().Select(e => (Resource: (IResource)r, Endpoint: e)))
            .Where(e => Lifecycle.IsStarted(e.Resource) && e.Endpoint.AllocatedEndpoint is null)
            // The ports that somebody has chosen come first, so that none of them is given away.
            .OrderBy(e => e.Endpoint.Port is null).ToArray();
        foreach (var (resource, endpoint) in endpoints) AllocateForHost(resource, endpoint);

        var hosted = endpoints.Where(e => !e.Resource.IsContainer()).ToArray();
        if (hosted.Length == 0 || network.Id is null) return;

        var reached = await ReachedByContainersAsync(model, cancellationToken).ConfigureAwait(false);
        foreach (var (resource, endpoint) in hosted)
        {
            // Only what a container refers to listens on the gateway; the name for the rest is there so that asking for it ends.
            var address = reached.Contains(resource) && network.Gateway is { } gateway ? gateway : KnownHostNames.DockerDesktopHostBridge;
            AllocateForContainers(endpoint, address, endpoint.AllocatedEndpoint!.Port);
        }
    }

    private void AllocateForHost(IResource resource, EndpointAnnotation endpoint)
    {
        var wanted = resource is ExecutableResource
            ? endpoint.TargetPort ?? endpoint.Port
            : endpoint.Port ?? (resource.IsContainer() ? null : endpoint.TargetPort);
        int port;
        if (wanted is { } chosen and not 0 && (!_randomize || (resource is ExecutableResource && endpoint.TargetPort is not null)))
        {
            _ports.Take(chosen, resource.Name);
            port = chosen;
        }
        else
        {
            port = _ports.Next();
        }

        var text = (endpoint.TargetPort ?? port).ToString(CultureInfo.InvariantCulture);
        endpoint.AllocatedEndpoint = new(endpoint, IPAddress.Loopback.ToString(), port, text);
        if (resource.IsContainer()) AllocateForContainers(endpoint, resource.Name, TargetPort(resource, endpoint));
    }

    public static int TargetPort(IResource resource, EndpointAnnotation endpoint) =>
        endpoint.TargetPort ?? endpoint.Port ?? throw new OrchestrationException(
        $"The endpoint '{endpoint.Name}' of the container '{resource.Name}' needs a target port.");

    private static void AllocateForContainers(EndpointAnnotation endpoint, string address, int port)
    {
        var id = KnownNetworkIdentifiers.DefaultAspireContainerNetwork;
        endpoint.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(id, new(endpoint, address, port, EndpointBindingMode.SingleAddress,
            port.ToString(CultureInfo.InvariantCulture), id));
    }

    private async Task<HashSet<IResource>> ReachedByContainersAsync(IEnumerable<IResource> model, CancellationToken cancellationToken)
    {
        var reached = new HashSet<IResource>();
        foreach (var container in model.Where(r => r.IsContainer()))
        {
            reached.UnionWith(container.Annotations.OfType<ResourceRelationshipAnnotation>()
                .Where(a => a.Type == KnownRelationshipTypes.Reference).Select(a => a.Resource));
            reached.UnionWith(References.Of(await ValuesAsync(container, cancellationToken).ConfigureAwait(false)));
        }

        return reached;
    }

    // A callback may itself wait for an address that is not there yet; then its relationships have to tell.
    private async Task<IEnumerable<object>> ValuesAsync(IResource container, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var variables = await resources.VariablesAsync(container, patience.Token).WaitAsync(patience.Token).ConfigureAwait(false);
            var arguments = await resources.ArgumentsAsync(container, patience.Token).WaitAsync(patience.Token).ConfigureAwait(false);
            return variables.Values.Concat(arguments);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }
}
