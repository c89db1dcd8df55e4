using Docker.DotNet;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Crashes;

/// <summary>What belongs to others, and looks as much like a desktop's as it can.</summary>
internal sealed class Strangers : IAsyncDisposable
{
    // Made like our ids, as another instance would.
    private const string Id = "strangersstrangers22";

    private readonly DockerClient _docker = new DockerClientConfiguration().CreateClient();
    private readonly GuacamoleAdmin _admin;
    private readonly string _instance;
    private readonly Dictionary<string, string> _theirs = Labels("another");
    private readonly List<string> _containers = [];
    private readonly List<string> _networks = [];
    private readonly List<string> _volumes = [];
    private readonly string[] _connections = [Id, "Production database", "desktop-of-anna"];
    private readonly string[] _users = [$"desktop-{Id}", $"guest-{Id}", "desktop-anna", "guest-house"];

    private Strangers(GuacamoleAdmin admin, string instance) => (_admin, _instance) = (admin, instance);

    public static async Task<Strangers> MoveInAsync(RunningSystem system, string instance)
    {
        var strangers = new Strangers(await GuacamoleAdmin.SignInAsync(system), instance);
        var ours = Labels(instance);
        await strangers.AddContainerAsync(system.DesktopImage, $"guacaspire-{Id}", strangers._theirs);
        await strangers.AddContainerAsync(system.DesktopImage, $"guacaspire-{instance}", []);
        // Labels alone do not make it ours: an image that was made from a desktop has them too.
        await strangers.AddContainerAsync(system.DesktopImage, $"copy-of-{instance}", ours);
        await strangers.AddContainerAsync(system.DesktopImage, $"copied-{instance}", new() { ["guacaspire.instance"] = instance });
        await strangers.AddNetworkAsync($"guacaspire-{Id}", strangers._theirs);
        await strangers.AddNetworkAsync($"guacaspire-{instance}", []);
        await strangers.AddVolumeAsync($"guacaspire-{Id}", strangers._theirs);
        await strangers.AddVolumeAsync($"guacaspire-{instance}", []);
        await strangers.AddVolumeAsync($"copy-of-{instance}", ours);
        foreach (var name in strangers._connections)
            await strangers._admin.CreateAsync(
                "connections", new { parentIdentifier = "ROOT", name, protocol = "vnc", parameters = new { }, attributes = new { } });
        foreach (var username in strangers._users)
            await strangers._admin.CreateAsync("users", new { username, password = Guid.NewGuid().ToString(), attributes = new Dictionary<string, string> { ["valid-until"] = "2020-01-01" } });
        return strangers;
    }

    /// <summary>Asks Docker and Guacamole whether all of it is still as it was.</summary>
    public async Task AssertUntouchedAsync()
    {
        foreach (var container in _containers)
            Assert.True((await _docker.Containers.InspectContainerAsync(container)).State.Running,
                $"The container {container} of somebody else does not run any more.");
        foreach (var network in _networks)
            Assert.NotNull(await _docker.Networks.InspectNetworkAsync(network));
        foreach (var volume in _volumes)
            Assert.NotNull(await _docker.Volumes.InspectAsync(volume));
        Assert.Empty(_connections.Except(await _admin.ConnectionNamesAsync()));
        Assert.Empty(_users.Except(await _admin.UserNamesAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var container in _containers)
            await _docker.Containers.RemoveContainerAsync(container, new() { Force = true });
        foreach (var network in _networks)
            await _docker.Networks.DeleteNetworkAsync(network);
        foreach (var volume in _volumes)
            await _docker.Volumes.RemoveAsync(volume, force: true);
        foreach (var connection in _connections)
            await _admin.DeleteConnectionAsync(connection);
        foreach (var user in _users)
            await _admin.DeleteUserAsync(user);
        await _admin.DisposeAsync();
        _docker.Dispose();
    }

    private static Dictionary<string, string> Labels(string instance) => new()
    {
        ["guacaspire.instance"] = instance,
        ["guacaspire.desktop"] = Id,
        ["guacaspire.created"] = "2020-01-01T00:00:00.0000000+00:00",
        ["guacaspire.role"] = "desktop",
        ["guacaspire.pool"] = "template",
    };

    private async Task AddContainerAsync(string image, string name, Dictionary<string, string> labels)
    {
        var container = await _docker.Containers.CreateContainerAsync(
            new() { Name = name, Image = image, Labels = labels, Entrypoint = ["sleep", "600"], HostConfig = new() { NetworkMode = "none" } });
        _containers.Add(container.ID);
        await _docker.Containers.StartContainerAsync(container.ID, new());
    }

    private async Task AddNetworkAsync(string name, Dictionary<string, string> labels)
    {
        var subnet = $"10.214.{_instance.GetHashCode(StringComparison.Ordinal) & 255}.{_networks.Count * 16}/28";
        var addresses = new Docker.DotNet.Models.IPAM { Driver = "default", Config = [new() { Subnet = subnet }] };
        var network = await _docker.Networks.CreateNetworkAsync(
            new() { Name = name, Labels = labels, Driver = "bridge", Internal = true, IPAM = addresses });
        _networks.Add(network.ID);
    }

    private async Task AddVolumeAsync(string name, Dictionary<string, string> labels)
    {
        await _docker.Volumes.CreateAsync(new() { Name = name, Labels = labels });
        _volumes.Add(name);
    }
}
