using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Removes what an earlier run of this AppHost has left because it was killed; what a living run owns is never touched.</summary>
internal sealed partial class Leftovers(ContainerEngine engine, RunIdentity run, ProcessRecords records, ILogger<Leftovers> logger)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public async Task EndProcessesAsync()
    {
        var left = records.TakeLeftovers();
        foreach (var (pid, resource) in left)
        {
            LogProcess(resource, pid);
            NativeProcess.SignalGroup(pid, NativeProcess.Terminate);
        }

        var until = DateTime.UtcNow + Grace;
        while (DateTime.UtcNow < until && left.Any(p => ProcessIdentity.Of(p.Pid) is not null)) await Task.Delay(100).ConfigureAwait(false);
        foreach (var (pid, _) in left.Where(p => ProcessIdentity.Of(p.Pid) is not null)) NativeProcess.SignalGroup(pid, NativeProcess.Kill);
    }

    public async Task RemoveContainersAsync(CancellationToken cancellationToken)
    {
        var ours = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [$"{RunIdentity.AppHostLabel}={run.AppHost}"] = true } };
        var containers = await engine.Client.Containers.ListContainersAsync(new() { All = true, Filters = ours }, cancellationToken)
            .ConfigureAwait(false);
        foreach (var container in containers.Where(c => IsLeft(c.Labels)))
        {
            var name = container.Names.Count > 0 ? container.Names[0] : container.ID;
            LogContainer(name);
            await Quietly(() => engine.Client.Containers.RemoveContainerAsync(
                container.ID, new() { Force = true, RemoveVolumes = true }, cancellationToken)).ConfigureAwait(false);
        }

        var networks = await engine.Client.Networks.ListNetworksAsync(new() { Filters = ours }, cancellationToken).ConfigureAwait(false);
        foreach (var network in networks.Where(n => IsLeft(n.Labels)))
        {
            var members = (await engine.Client.Networks.InspectNetworkAsync(network.ID, cancellationToken).ConfigureAwait(false)).Containers
                ?? new Dictionary<string, EndpointResource>();
            foreach (var member in members.Keys)
                await Quietly(() => engine.Client.Networks.DisconnectNetworkAsync(
                    network.ID, new() { Container = member, Force = true }, cancellationToken)).ConfigureAwait(false);
            await Quietly(() => engine.Client.Networks.DeleteNetworkAsync(network.ID, cancellationToken)).ConfigureAwait(false);
        }
    }

    private static bool IsLeft(IDictionary<string, string> labels) =>
        labels.TryGetValue(RunIdentity.OwnerLabel, out var owner) && !ProcessIdentity.IsAlive(owner);

    private static async Task Quietly(Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (DockerApiException)
        {
            // Another start of the same AppHost does the same at the same time.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ending {Resource} (process {Pid}), left by a run that was killed.")]
    private partial void LogProcess(string resource, int pid);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removing the container {Name}, left by a run that was killed.")]
    private partial void LogContainer(string name);
}
