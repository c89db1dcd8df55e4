using System.Net;
using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Aspire.Hosting.Orchestration;

/// <summary>The network that the containers of one run share.</summary>
internal sealed class ServiceNetwork(ContainerEngine engine, RunIdentity run)
{
    public string? Id { get; private set; }

    /// <summary>
    /// The host's own address on that network, or null where the host cannot listen there (an engine in a virtual machine).
    /// </summary>
    public string? Gateway { get; private set; }

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            var created = await engine.Client.Networks.CreateNetworkAsync(new()
            {
                Name = $"aspire-{run.AppHost[..10]}-{run.Suffix}",
                Driver = "bridge",
                CheckDuplicate = true,
                Labels = run.Labels(),
            }, cancellationToken).ConfigureAwait(false);
            Id = created.ID;
        }
        catch (DockerApiException failure)
        {
            throw new OrchestrationException(
                $"The engine cannot create a network for the containers: {ContainerEngine.Message(failure)}", failure);
        }

        var network = await engine.Client.Networks.InspectNetworkAsync(Id, cancellationToken).ConfigureAwait(false);
        var gateway = network.IPAM.Config.Select(c => c.Gateway)
            .FirstOrDefault(g => IPAddress.TryParse(g, out var a) && a.AddressFamily == AddressFamily.InterNetwork);
        Gateway = gateway is not null && CanListen(gateway) ? gateway : null;
    }

    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (Id is null) return;
        try
        {
            await Detach(cancellationToken).ConfigureAwait(false);
            await engine.Client.Networks.DeleteNetworkAsync(Id, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerNetworkNotFoundException)
        {
            // Gone already, which is what is wanted.
        }

        Id = null;
    }

    // A network with members cannot be removed, and somebody else's container may have joined it.
    private async Task Detach(CancellationToken cancellationToken)
    {
        var network = await engine.Client.Networks.InspectNetworkAsync(Id, cancellationToken).ConfigureAwait(false);
        foreach (var container in network.Containers?.Keys ?? [])
        {
            try
            {
                await engine.Client.Networks.DisconnectNetworkAsync(
                    Id, new NetworkDisconnectParameters { Container = container, Force = true }, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (DockerApiException)
            {
                // It has left by itself in between.
            }
        }
    }

    private static bool CanListen(string address)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Parse(address), 0);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
