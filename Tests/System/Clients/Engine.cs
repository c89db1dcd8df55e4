using System.Diagnostics;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace GuacAspire.Tests.EndToEnd.Clients;

/// <summary>The container engine, asked directly: what the tests find there does not come from the system under test.</summary>
/// <param name="address">Where it is, if it is not the machine's own.</param>
internal sealed class Engine(Uri? address = null) : IDisposable
{
    private readonly DockerClient _docker = (address is null ? new DockerClientConfiguration() : new(address)).CreateClient();

    public static string InstanceLabel(string instance) => $"guacaspire.instance={instance}";

    public static string DesktopLabel(string desktop) => $"guacaspire.desktop={desktop}";

    /// <summary>Names everything that carries a label, as lines for a failure message.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string label)
    {
        var filter = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [label] = true } };
        var containers = await _docker.Containers.ListContainersAsync(new() { All = true, Filters = filter });
        var networks = await _docker.Networks.ListNetworksAsync(new() { Filters = filter });
        var volumes = await _docker.Volumes.ListAsync(new VolumesListParameters { Filters = filter });
        return
        [
            .. containers.Select(container => $"container {container.Names.FirstOrDefault()} ({container.Status})"),
            .. networks.Select(network => $"network {network.Name}"),
            .. (volumes.Volumes ?? []).Select(volume => $"volume {volume.Name}"),
        ];
    }

    /// <summary>The desktops that run and were made for a pool, by their names, with the moments at which they were started.</summary>
    public async Task<IReadOnlyDictionary<string, string>> PoolAsync()
    {
        var filter = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["guacaspire.pool"] = true } };
        var running = await _docker.Containers.ListContainersAsync(new() { Filters = filter });
        var containers = await Task.WhenAll(running.Select(one => InspectAsync(one.ID)));
        return containers.ToDictionary(one => one.Config.Labels["guacaspire.desktop"], one => one.State.StartedAt);
    }

    public async Task<ContainerInspectResponse> DesktopAsync(string desktop)
    {
        var filter = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [DesktopLabel(desktop)] = true } };
        var found = await _docker.Containers.ListContainersAsync(new() { All = true, Filters = filter });
        // A warm desktop that was claimed carries the label of its creation; the one record of the claim is a volume of the desktop's name.
        var container = Assert.Single(found);
        return await InspectAsync(container.ID);
    }

    public Task<ContainerInspectResponse> InspectAsync(string container) => _docker.Containers.InspectContainerAsync(container);

    public Task<NetworkResponse> NetworkAsync(string network) => _docker.Networks.InspectNetworkAsync(network);

    public Task<bool> ExistsAsync(string container) => ExistsAsync(() => _docker.Containers.InspectContainerAsync(container));

    public Task RestartAsync(string container) => _docker.Containers.RestartContainerAsync(container, new() { WaitBeforeKillSeconds = 0 });

    public Task StopAsync(string container) => _docker.Containers.StopContainerAsync(container, new() { WaitBeforeKillSeconds = 10 });

    public Task KillAsync(string container) => _docker.Containers.KillContainerAsync(container, new() { Signal = "KILL" });

    /// <summary>
    /// Ends a container as a crash would: what is killed by the engine's own means counts as stopped on purpose, and is not started again.
    /// </summary>
    public async Task CrashAsync(string container)
    {
        using var first = Process.GetProcessById((int)(await InspectAsync(container)).State.Pid);
        first.Kill();
    }

    /// <summary>All that a container has written so far.</summary>
    public async Task<string> LogAsync(string container)
    {
        var token = TestContext.Current.CancellationToken;
        using var stream = await _docker.Containers.GetContainerLogsAsync(container, tty: false, new() { ShowStdout = true, ShowStderr = true }, token);
        var (output, errors) = await stream.ReadOutputToEndAsync(token);
        return $"{output}\n{errors}";
    }

    public Task PauseAsync(string container) => _docker.Containers.PauseContainerAsync(container);

    /// <summary>Runs a command in a container as its own user, and gives what it wrote, both streams together.</summary>
    public async Task<(long ExitCode, string Output)> RunInsideAsync(string container, params string[] command)
    {
        var token = TestContext.Current.CancellationToken;
        var exec = await _docker.Exec.ExecCreateContainerAsync(container, new() { Cmd = command, AttachStdout = true, AttachStderr = true }, token);
        using var stream = await _docker.Exec.StartAndAttachContainerExecAsync(exec.ID, tty: false, token);
        var (output, errors) = await stream.ReadOutputToEndAsync(token);
        return ((await _docker.Exec.InspectContainerExecAsync(exec.ID, token)).ExitCode, (output + errors).Trim());
    }

    /// <summary>Runs a command in a new container that goes with it, with one folder of the host at <c>/data</c>, read-only.</summary>
    public async Task<(long ExitCode, string Output)> RunAsync(string image, string folder, params string[] command)
    {
        var token = TestContext.Current.CancellationToken;
        var created = await _docker.Containers.CreateContainerAsync(
            new()
            {
                Image = image,
                Entrypoint = command,
                HostConfig = new() { Binds = [$"{folder}:/data:ro"], NetworkMode = "none", Tmpfs = new Dictionary<string, string> { ["/tmp"] = "" } },
            },
            token);
        try
        {
            await _docker.Containers.StartContainerAsync(created.ID, new(), token);
            var ended = await _docker.Containers.WaitContainerAsync(created.ID, token);
            using var logs = await _docker.Containers.GetContainerLogsAsync(created.ID, tty: false, new() { ShowStdout = true, ShowStderr = true }, token);
            var (output, errors) = await logs.ReadOutputToEndAsync(token);
            return (ended.StatusCode, output + errors);
        }
        finally
        {
            await _docker.Containers.RemoveContainerAsync(created.ID, new() { Force = true, RemoveVolumes = true }, CancellationToken.None);
        }
    }

    /// <summary>Removes what a broken run left, so that the next one starts clean.</summary>
    public async Task RemoveAllAsync(string label)
    {
        var filter = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [label] = true } };
        foreach (var container in await _docker.Containers.ListContainersAsync(new() { All = true, Filters = filter }))
            await IfThereAsync(() => _docker.Containers.RemoveContainerAsync(container.ID, new() { Force = true, RemoveVolumes = true }));
        foreach (var network in await _docker.Networks.ListNetworksAsync(new() { Filters = filter }))
        {
            var inspected = await _docker.Networks.InspectNetworkAsync(network.ID);
            foreach (var member in inspected.Containers.Keys)
                await IfThereAsync(() => _docker.Networks.DisconnectNetworkAsync(network.ID, new() { Container = member, Force = true }));
            await IfThereAsync(() => _docker.Networks.DeleteNetworkAsync(network.ID));
        }

        foreach (var volume in (await _docker.Volumes.ListAsync(new VolumesListParameters { Filters = filter })).Volumes ?? [])
            await IfThereAsync(() => _docker.Volumes.RemoveAsync(volume.Name, force: true));
    }

    /// <summary>Names the containers that a volume is mounted in.</summary>
    public async Task<IReadOnlyList<string>> UsersOfAsync(string volume)
    {
        var filter = new Dictionary<string, IDictionary<string, bool>> { ["volume"] = new Dictionary<string, bool> { [volume] = true } };
        return [.. (await _docker.Containers.ListContainersAsync(new() { All = true, Filters = filter })).Select(
            container => $"container {container.Names.FirstOrDefault()} ({container.Status})")];
    }

    public Task<ImageInspectResponse> ImageAsync(string image) => _docker.Images.InspectImageAsync(image);

    public Task RemoveImageAsync(string image) => IfThereAsync(() => _docker.Images.DeleteImageAsync(image, new() { Force = true }));

    public Task RemoveVolumeAsync(string volume) => IfThereAsync(() => _docker.Volumes.RemoveAsync(volume, force: true));

    public void Dispose() => _docker.Dispose();

    private static async Task IfThereAsync(Func<Task> remove)
    {
        try
        {
            await remove();
        }
        catch (DockerApiException)
        {
            // Gone already, or going.
        }
    }

    private static async Task<bool> ExistsAsync(Func<Task> inspect)
    {
        try
        {
            await inspect();
            return true;
        }
        catch (DockerContainerNotFoundException)
        {
            return false;
        }
    }
}
