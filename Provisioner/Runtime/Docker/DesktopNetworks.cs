using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Runtime.Docker;

/// <summary>Every desktop's own network: internal, small, and with nobody in it but the desktop and guacd.</summary>
internal sealed class DesktopNetworks(DockerEngine engine, DesktopLabels labels, IOptions<DesktopsOptions> options) : IDisposable
{
    private readonly IPNetwork _pool = IPNetwork.Parse(options.Value.Subnets);
    private readonly SemaphoreSlim _allocation = new(1, 1);

    public async Task<DesktopSubnet> CreateAsync(NewDesktop desktop, CancellationToken cancellationToken)
    {
        // One at a time, or two launches would pick the same subnet; another system's race is what the loop below is for.
        await _allocation.WaitAsync(cancellationToken);
        try
        {
            var networks = await engine.AskAsync(client => client.Networks.ListNetworksAsync(new(), cancellationToken), cancellationToken);
            if (networks.FirstOrDefault(network => network.Name == DesktopLabels.NameOf(desktop.Id)) is { } existing)
                return new(SubnetsOf(existing).First());

            foreach (var subnet in SubnetPool.Free(_pool, [.. networks.SelectMany(SubnetsOf)], desktop.Id.GetHashCode(StringComparison.Ordinal)))
            {
                if (await TryCreateAsync(desktop, subnet, cancellationToken))
                    return subnet;
            }
        }
        finally
        {
            _allocation.Release();
        }

        throw new ProblemException(
            StatusCodes.Status503ServiceUnavailable,
            "No network is free",
            $"Every /{DesktopSubnet.PrefixLength} of {_pool} is taken on this engine. Remove unused networks, or set Desktops:Subnets to another range.");
    }

    public async Task<IEnumerable<string>> ListAsync(CancellationToken cancellationToken)
    {
        var networks = await engine.AskAsync(
            client => client.Networks.ListNetworksAsync(new() { Filters = labels.OwnFilter }, cancellationToken), cancellationToken);
        return networks.Where(network => DesktopLabels.IsDesktop(network.Labels, network.Name)).Select(network => network.Labels[DesktopLabels.Desktop]);
    }

    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var name = DesktopLabels.NameOf(id);
        try
        {
            var network = await engine.AskAsync(client => client.Networks.InspectNetworkAsync(name, cancellationToken), cancellationToken);
            foreach (var container in network.Containers?.Keys ?? [])
            {
                await engine.TryTellAsync(
                    client => client.Networks.DisconnectNetworkAsync(name, new() { Container = container, Force = true }, cancellationToken),
                    cancellationToken);
            }

            await engine.TryTellAsync(client => client.Networks.DeleteNetworkAsync(name, cancellationToken), cancellationToken);
        }
        catch (DockerApiException e) when (e.IsNotFound)
        {
        }
    }

    /// <summary>Lets guacd into these desktops' networks; another container of guacd (after an update) finds its way in like the first.</summary>
    public async Task<int> AdmitGuacdAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var admitted = 0;
        foreach (var guacd in await FindGuacdAsync(cancellationToken))
        {
            foreach (var name in ids.Select(DesktopLabels.NameOf).Where(name => !guacd.NetworkSettings.Networks.ContainsKey(name)))
                admitted += await TryConnectAsync(name, guacd.ID, cancellationToken) ? 1 : 0;
        }

        return admitted;
    }

    public Task<IList<ContainerListResponse>> FindGuacdAsync(CancellationToken cancellationToken) =>
        engine.AskAsync(
            client => client.Containers.ListContainersAsync(new() { Filters = labels.GuacdFilter }, cancellationToken), cancellationToken);

    public void Dispose() => _allocation.Dispose();

    private static IEnumerable<IPNetwork> SubnetsOf(NetworkResponse network) =>
        (network.IPAM?.Config ?? [])
            .Select(config => IPNetwork.TryParse(config.Subnet, out var subnet) ? subnet : default)
            .Where(subnet => subnet != default);

    private async Task<bool> TryCreateAsync(NewDesktop desktop, DesktopSubnet subnet, CancellationToken cancellationToken)
    {
        try
        {
            var parameters = DesktopTemplate.Network(desktop.Id, labels.ForDesktop(desktop), subnet);
            await engine.TellAsync(client => client.Networks.CreateNetworkAsync(parameters, cancellationToken), cancellationToken);
            return true;
        }
        catch (DockerApiException e) when (e.IsOverlap)
        {
            return false;
        }
    }

    private async Task<bool> TryConnectAsync(string network, string container, CancellationToken cancellationToken)
    {
        try
        {
            await engine.TellAsync(
                client => client.Networks.ConnectNetworkAsync(network, new() { Container = container }, cancellationToken), cancellationToken);
            return true;
        }
        catch (DockerApiException e) when (e.IsNotFound || e.IsAlreadyThere)
        {
            return false;
        }
    }
}
