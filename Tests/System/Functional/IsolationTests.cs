using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Aspire.Hosting.Testing;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Functional;

/// <summary>Tries the wall from inside: desktops run code of strangers.</summary>
public sealed class IsolationTests(RunningSystem system, SharedDesktop shared) : IClassFixture<SharedDesktop>
{
    [Fact]
    public async Task BlenderRunsAsNobodyInParticular()
    {
        var status = await InsideAsync("cat /proc/1/status");
        Assert.Matches(@"(?m)^Uid:\s+1000\s+1000\s+1000\s+1000$", status);
        Assert.Matches(@"(?m)^Gid:\s+1000\s+1000\s+1000\s+1000$", status);
        Assert.Matches(@"(?m)^NoNewPrivs:\s+1$", status);
        Assert.Matches(@"(?m)^Seccomp:\s+2$", status);
        foreach (var set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" })
            Assert.Matches($@"(?m)^{set}:\s+0000000000000000$", status);
    }

    [Fact]
    public async Task NothingOfItsSystemCanBeChanged()
    {
        Assert.True(shared.Container.HostConfig.ReadonlyRootfs);
        Assert.NotEqual("0", await InsideAsync("touch /opt/here 2>/dev/null; echo $?"));
        Assert.NotEqual("0", await InsideAsync("touch /usr/bin/here 2>/dev/null; echo $?"));
        Assert.Equal("0", await InsideAsync("touch /tmp/here; echo $?; rm -f /tmp/here"));
    }

    [Fact]
    public async Task ItTakesNoMoreThanItsShare()
    {
        var limits = shared.Container.HostConfig;
        Assert.True(limits.Memory > 0, "There is no limit on memory.");
        Assert.True(limits.NanoCPUs > 0 || limits.CPUQuota > 0, "There is no limit on processors.");
        Assert.True(limits.PidsLimit > 0, "There is no limit on processes.");
        Assert.False(limits.Privileged);
        Assert.Empty(limits.Binds ?? []);
        Assert.DoesNotContain(limits.PortBindings ?? new Dictionary<string, IList<Docker.DotNet.Models.PortBinding>>(), port => port.Value.Any(binding => binding.HostIP != "127.0.0.1"));
    }

    [Fact]
    public async Task TheEngineIsOutOfReach() =>
        Assert.Equal("none", await InsideAsync("ls /var/run/docker.sock /run/docker.sock >/dev/null 2>&1 && echo some || echo none"));

    [Fact]
    public async Task TheHostIsOutOfReach()
    {
        // Listens everywhere, as a careless service would.
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
            .Select(address => address.ToString())
            .ToArray();
        var gateways = (await NetworksAsync()).SelectMany(network => network.IPAM.Config).Select(config => config.Gateway);
        Assert.All(gateways, gateway => Assert.Contains(gateway, addresses));
        foreach (var address in addresses)
        {
            using var itself = new TcpClient();
            await itself.ConnectAsync(address, port, TestContext.Current.CancellationToken);
            Assert.False(await ReachesAsync(address, port), $"A desktop reaches the host at {address}.");
        }
    }

    [Fact]
    public async Task TheDatabaseAndGuacdAreOutOfReach()
    {
        foreach (var (resource, port) in new[] { ("mysql", 3306), ("guacd", 4822), ("nginx", 80) })
        {
            var container = await system.Engine.InspectAsync(system.Property(resource, "container.id"));
            foreach (var (network, settings) in container.NetworkSettings.Networks)
                Assert.False(await ReachesAsync(settings.IPAddress, port), $"A desktop reaches {resource} on the network {network}.");
        }
    }

    [Fact]
    public async Task AnotherDesktopIsOutOfReach()
    {
        await using var neighbour = await system.SignInAsGuestAsync();
        var desktop = await neighbour.LaunchReadyAsync("shopping-cart");
        var address = AgentClient.AddressOf(await system.Engine.DesktopAsync(desktop.Id));
        Assert.False(await ReachesAsync(address, 7070), "A desktop reaches another's agent.");
        Assert.False(await ReachesAsync(address, 5900), "A desktop reaches another's screen.");
    }

    [Fact]
    public async Task TheInternetIsOutOfReach()
    {
        Assert.All(await NetworksAsync(), network => Assert.True(network.Internal, $"The network {network.Name} leads outside."));
        Assert.False(await ReachesAsync("1.1.1.1", 443));
    }

    [Fact]
    public async Task TheProvisionerHasTriedTheWallItself()
    {
        using var http = new HttpClient { BaseAddress = system.App.GetEndpoint("provisioner", "http") };
        await Eventually.GetAsync(
            () => http.GetStringAsync("/health", TestContext.Current.CancellationToken),
            health => health.Contains("Tried from inside: it holds.", StringComparison.Ordinal),
            "the Provisioner's own trial of the wall");
    }

    [Fact]
    public async Task ItReachesItself() => Assert.True(await ReachesAsync("127.0.0.1", 5900), "The way in which these tests look for a way out does not work.");

    private async Task<bool> ReachesAsync(string address, int port) =>
        await InsideAsync($"timeout 2 bash -c 'exec 3<>/dev/tcp/{address}/{port}' 2>/dev/null && echo yes || echo no") == "yes";

    private async Task<string> InsideAsync(string script) => (await system.Engine.RunInsideAsync(shared.Container.ID, "bash", "-c", script)).Output;

    private Task<Docker.DotNet.Models.NetworkResponse[]> NetworksAsync() =>
        Task.WhenAll(shared.Container.NetworkSettings.Networks.Values.Select(network => system.Engine.NetworkAsync(network.NetworkID)));
}
