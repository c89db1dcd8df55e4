using System.Net;
using Docker.DotNet.Models;
using GuacAspire.Provisioner.Runtime.Docker;

namespace GuacAspire.Tests.Unit.Provisioner;

public class DesktopTemplateTests
{
    private static readonly CreateContainerParameters Container = DesktopTemplate.Container(
        new("abcdefghijklmnopqrst", DateTimeOffset.UnixEpoch, Screen: new(1600, 900)), new Dictionary<string, string>(), "10.213.0.2", "token", 1.5,
        TestOptions.Desktops().Value);

    private static readonly NetworksCreateParameters Network = DesktopTemplate.Network(
        "abcdefghijklmnopqrst", new Dictionary<string, string>(), new(IPNetwork.Parse("10.213.0.0/28")));

    [Fact]
    public void A_desktop_is_nobody_in_particular() => Assert.Equal("1000:1000", Container.User);

    [Fact]
    public void A_desktop_may_nothing_special()
    {
        Assert.Equal(["ALL"], Container.HostConfig.CapDrop);
        Assert.Null(Container.HostConfig.CapAdd);
        Assert.Equal(["no-new-privileges"], Container.HostConfig.SecurityOpt);
        Assert.False(Container.HostConfig.Privileged);
        Assert.Equal("private", Container.HostConfig.IpcMode);
        Assert.Null(Container.HostConfig.PidMode);
        Assert.Null(Container.HostConfig.Devices);
    }

    [Fact]
    public void A_desktop_writes_into_memory_only()
    {
        Assert.True(Container.HostConfig.ReadonlyRootfs);
        Assert.Null(Container.HostConfig.Binds);
        Assert.Null(Container.HostConfig.Mounts);
        Assert.Null(Container.HostConfig.VolumesFrom);
        Assert.Equal(["/home/blender", "/tmp"], Container.HostConfig.Tmpfs.Keys.Order());
        Assert.All(Container.HostConfig.Tmpfs.Values, options =>
            Assert.All(["noexec", "nosuid", "nodev", "size="], word => Assert.Contains(word, options, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_desktop_has_limits()
    {
        Assert.Equal(3L << 30, Container.HostConfig.Memory);
        Assert.Equal(Container.HostConfig.Memory, Container.HostConfig.MemorySwap);
        Assert.Equal(1_500_000_000, Container.HostConfig.NanoCPUs);
        Assert.Equal(512, Container.HostConfig.PidsLimit);
        Assert.Equal("2m", Container.HostConfig.LogConfig.Config["max-size"]);
    }

    [Fact]
    public void A_desktop_is_reached_by_nobody_and_reaches_nobody()
    {
        Assert.Null(Container.HostConfig.PortBindings);
        Assert.False(Container.HostConfig.PublishAllPorts);
        Assert.Equal("guacaspire-abcdefghijklmnopqrst", Container.HostConfig.NetworkMode);
        Assert.Equal(["127.0.0.1"], Container.HostConfig.DNS);
        Assert.True(Network.Internal);
        Assert.False(Network.Attachable);
        Assert.Equal("gad-abcdefghijk", Network.Options["com.docker.network.bridge.name"]);
        Assert.Equal("10.213.0.0/28", Network.IPAM.Config[0].Subnet);
    }

    [Fact]
    public void A_desktop_stays_down_when_it_ends() => Assert.Equal(RestartPolicyKind.No, Container.HostConfig.RestartPolicy.Name);
}
