using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Docker.DotNet.Models;

namespace Aspire.Hosting.Orchestration;

/// <summary>Turns a container resource into what the engine is asked to create.</summary>
internal sealed class ContainerSpecification(ResourceConfiguration configuration, ServiceNetwork network, RunIdentity run)
{
    public async Task<(CreateContainerParameters Parameters, Dictionary<string, string> Environment)> CreateAsync(
        IResource resource, string image, CancellationToken cancellationToken)
    {
        var environment = await configuration.EnvironmentAsync(resource, cancellationToken).ConfigureAwait(false);
        var arguments = await configuration.CommandLineAsync(resource, cancellationToken).ConfigureAwait(false);
        var name = resource.TryGetLastAnnotation<ContainerNameAnnotation>(out var named)
            ? named.Name
            : $"{resource.Name}-{Guid.NewGuid().ToString("N")[..8]}";
        var container = new CreateContainerParameters
        {
            Name = name,
            Image = image,
            Env = [.. environment.Select(v => $"{v.Key}={v.Value}")],
            Labels = run.Labels(resource.Name),
            Cmd = arguments.Count > 0 ? arguments : null,
            Entrypoint = (resource as ContainerResource)?.Entrypoint is { } entrypoint ? [entrypoint] : null,
            ExposedPorts = new Dictionary<string, EmptyStruct>(),
            HostConfig = new()
            {
                PortBindings = new Dictionary<string, IList<PortBinding>>(),
                ExtraHosts = [$"{KnownHostNames.DockerDesktopHostBridge}:host-gateway"],
                Mounts = [.. resource.Annotations.OfType<ContainerMountAnnotation>().Select(Mount)],
                NetworkMode = network.Id,
            },
        };
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>()) Publish(resource, endpoint, container);

        var aliases = new List<string> { resource.Name, $"{resource.Name}.dev.internal" };
        aliases.AddRange(resource.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(a => a.Alias));
        RuntimeArguments.Apply(
            resource.Name, await RuntimeArgumentsAsync(resource, cancellationToken).ConfigureAwait(false), container, aliases);
        container.NetworkingConfig = new()
        {
            EndpointsConfig =
                new Dictionary<string, EndpointSettings> { [network.Id!] = new() { NetworkID = network.Id, Aliases = aliases } },
        };
        return (container, environment);
    }

    private static void Publish(IResource resource, EndpointAnnotation endpoint, CreateContainerParameters container)
    {
        if (endpoint.AllocatedEndpoint is not { } allocated) return;

        var protocol = endpoint.Protocol == ProtocolType.Udp ? "udp" : "tcp";
        var key = $"{EndpointAllocator.TargetPort(resource, endpoint)}/{protocol}";
        container.ExposedPorts[key] = default;
        if (!container.HostConfig.PortBindings.TryGetValue(key, out var bindings)) container.HostConfig.PortBindings[key] = bindings = [];
        bindings.Add(new() { HostIP = IPAddress.Loopback.ToString(), HostPort = allocated.Port.ToString(CultureInfo.InvariantCulture) });
    }

    private static Mount Mount(ContainerMountAnnotation mount) => new()
    {
        Type = mount.Type == ContainerMountType.BindMount ? "bind" : "volume",
        Source = mount.Source,
        Target = mount.Target,
        ReadOnly = mount.IsReadOnly,
    };

    private async Task<List<string>> RuntimeArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new ContainerRuntimeArgsCallbackContext([], cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>().ToArray())
            await annotation.Callback(context).ConfigureAwait(false);

        var texts = new List<string>();
        foreach (var argument in context.Args)
        {
            if (await configuration.TextAsync(resource, argument, cancellationToken).ConfigureAwait(false) is { } text) texts.Add(text);
        }

        return texts;
    }
}
