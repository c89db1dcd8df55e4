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
    [Trait("Invariant", "8")]
    public async Task ItTakesNoMoreThanItsShare()
    {
        var limits = shared.Container.HostConfig;
        Assert.True(limits.Memory > 0, "There is no limit on memory.");
        Assert.True(limits.NanoCPUs > 0 || limits.CPUQuota > 0, "There is no limit on processors.");
        Assert.True(limits.PidsLimit > 0, "There is no limit on processes.");
        Assert.False(limits.Privileged);
        Assert.Empty(limits.Binds ?? []);
        Assert.DoesNotContain(limits.PortBindings ?? new Dictionary<string, IList<Docker.DotNet.Models.PortBinding>>(),
            port => port.Value.Any(binding => binding.HostIP != "127.0.0.1"));
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
        var addresses = Addresses();
        var gateways = (await NetworksAsync()).SelectMany(network => network.IPAM.Config).Select(config => config.Gateway);
        Assert.All(gateways, gateway => Assert.Contains(gateway, addresses));
        foreach (var address in addresses)
        {
            using var itself = new TcpClient();
            try
            {
                await itself.ConnectAsync(address, port, TestContext.Current.CancellationToken);
            }
            catch (SocketException) when (!Addresses().Contains(address))
            {
                // Another desktop's, whose network has gone since.
                continue;
            }

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
            http.HealthAsync,
            health => health.Contains("Tried from inside: it holds.", StringComparison.Ordinal),
            "the Provisioner's own trial of the wall");
    }

    [Fact]
    public async Task NothingButItsScreenIsWithinReachOfGuacd()
    {
        var address = AgentClient.AddressOf(shared.Container);
        var guacd = system.Property("guacd", "container.id");
        Assert.True(await ReachesAsync(guacd, address, 5900), "guacd cannot show the desktop.");
        Assert.False(await ReachesAsync(guacd, address, 7070), "guacd reaches a desktop's agent.");
        foreach (var other in new[] { "mysql", "nginx" })
        {
            foreach (var port in new[] { 5900, 7070 })
                Assert.False(
                    await ReachesAsync(system.Property(other, "container.id"), address, port), $"{other} reaches a desktop's port {port}.");
        }
    }

    [Theory]
    [InlineData("a namespace of its own", "unshare --user --map-root-user true")]
    [InlineData("a mount", "mount -t tmpfs none /mnt")]
    [InlineData("raw packets", "python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)'")]
    [InlineData("another address", "ip address add 10.213.0.9/16 dev eth0 || ifconfig eth0 10.213.0.9")]
    [InlineData("the kernel's settings", "echo 1 >/proc/sys/kernel/sysrq")]
    [InlineData("the kernel's memory", "head -c 1 /dev/mem || head -c 1 /dev/kmem || head -c 1 /proc/kcore")]
    [InlineData("its own limits", "echo max >/sys/fs/cgroup/memory.max || echo -1 >/sys/fs/cgroup/memory/memory.limit_in_bytes")]
    [InlineData("a device", "mknod /tmp/device b 8 0")]
    [InlineData("a program of its own", "cp /bin/true /tmp/true && /tmp/true || { cp /bin/true ~/true && ~/true; }")]
    [InlineData("another user", "su -c true || newgrp root </dev/null")]
    public async Task ItIsRefused(string what, string attempt) =>
        Assert.True(await InsideAsync($"( {attempt} ) >/dev/null 2>&1 && echo done || echo refused") == "refused",
            $"A desktop gets {what}.");

    [Fact]
    [Trait("Invariant", "8")]
    public async Task ItsLimitsAreTheKernels()
    {
        var limits = shared.Container.HostConfig;
        Assert.Equal($"{limits.Memory}",
            await InsideAsync("cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes"));
        Assert.Equal(
            $"{limits.PidsLimit}", await InsideAsync("cat /sys/fs/cgroup/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids/pids.max"));
        var quota = (await InsideAsync("cat /sys/fs/cgroup/cpu.max 2>/dev/null || cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us")).Split([' ', '\n']);
        Assert.Equal(limits.NanoCPUs, long.Parse(quota[0], null) * 1_000_000_000 / long.Parse(quota[1], null));
        Assert.Equal(system.DesktopImage, shared.Container.Config.Image);
    }

    [Fact]
    public async Task OneThatRunsWildHurtsNobodyElse()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var wild = await system.Engine.DesktopAsync((await guest.LaunchReadyAsync("watering-can")).Id);
        async Task<string> DoAsync(string script) => (await system.Engine.RunInsideAsync(wild.ID, "bash", "-c", script)).Output;

        // A disk filler fills its own memory, and no more than a part of that.
        var written = long.Parse(await DoAsync("head -c 3G /dev/zero >/tmp/fill 2>/dev/null; stat -c %s /tmp/fill; rm /tmp/fill"), null);
        Assert.InRange(written, 1, 1L << 30);

        // A memory hog is ended by the kernel before it takes what is others'.
        Assert.NotEqual("0", await DoAsync("head -c 8G /dev/zero | tail >/dev/null 2>&1; echo ${PIPESTATUS[1]}"));

        // A fork bomb ends at its limit; what it burns is its own share of the processor.
        await DoAsync(
            "bomb() { bomb | bomb & }; timeout --kill-after=1 4 bash -c \"$(declare -f bomb); bomb; sleep 3\" >/dev/null 2>&1; true");
        using var neighbour = new AgentClient(shared.Container);
        Assert.True((await neighbour.StatusAsync()).Ready);
        Assert.True((await system.Engine.InspectAsync(shared.Container.ID)).State.Running);
        using var answer = await guest.Http.DeleteAsync(
            $"/api/desktops/{wild.Config.Labels["guacaspire.desktop"]}?discard=true", TestContext.Current.CancellationToken);
        await guest.WaitGoneAsync(wild.Config.Labels["guacaspire.desktop"]);
        Assert.False(await system.Engine.ExistsAsync(wild.ID));
    }

    [Fact]
    public async Task ItReachesItself() =>
        Assert.True(await ReachesAsync("127.0.0.1", 5900), "The way in which these tests look for a way out does not work.");

    private static string[] Addresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
            .Select(address => address.ToString()),
    ];

    private Task<bool> ReachesAsync(string address, int port) => ReachesAsync(shared.Container.ID, address, port);

    private async Task<bool> ReachesAsync(string container, string address, int port)
    {
        var knock = $"timeout 2 bash -c 'exec 3<>/dev/tcp/{address}/{port}' 2>/dev/null && echo yes || echo no";
        return (await system.Engine.RunInsideAsync(container, "bash", "-c", knock)).Output == "yes";
    }

    private async Task<string> InsideAsync(string script) =>
        (await system.Engine.RunInsideAsync(shared.Container.ID, "bash", "-c", script)).Output;

    private Task<Docker.DotNet.Models.NetworkResponse[]> NetworksAsync() =>
        Task.WhenAll(shared.Container.NetworkSettings.Networks.Values.Select(network => system.Engine.NetworkAsync(network.NetworkID)));
}
