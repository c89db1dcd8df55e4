using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Docker.DotNet.Models;

namespace GuacAspire.Provisioner.Runtime.Docker;

/// <summary>
/// The one container that is ever made. A desktop runs what strangers wrote (a .blend may hold scripts, and everybody has a Python
/// console), so this is the wall: nothing in it comes from a caller but labels, and how many pixels the screen has.
/// </summary>
internal static class DesktopTemplate
{
    public const string TokenVariable = "AGENT_TOKEN";

    private const long FullShare = 1024;

    // Of a second of a busy core a desktop that is being made for the pool gets a sixteenth of what somebody's Blender gets.
    private const long LowShare = 64;

    private const string User = "1000:1000";

    public static CreateContainerParameters Container(
        NewDesktop desktop, IDictionary<string, string> labels, string address, string agentToken, double cpus, DesktopsOptions options)
    {
        var network = DesktopLabels.NameOf(desktop.Id);
        var forPool = desktop.Template is not null;
        var memory = ByteSize.Parse(options.Memory);
        return new()
        {
            Name = DesktopLabels.NameOf(desktop.Id),
            Image = options.Image,
            Hostname = "blender",
            User = User,
            Env = [$"{TokenVariable}={agentToken}", $"RESOLUTION={(desktop.Screen ?? ScreenSizes.Parse(options.Resolution)).Format()}"],
            Labels = labels,
            NetworkingConfig = new()
            {
                EndpointsConfig = new Dictionary<string, EndpointSettings>
                {
                    [network] = new() { IPAMConfig = new() { IPv4Address = address } },
                },
            },
            HostConfig = new()
            {
                NetworkMode = network,
                // Even on an internal network the engine would pass name queries on to the internet, and with them whatever a desktop
                // writes into a name. A resolver of its own that does not exist keeps them inside.
                DNS = ["127.0.0.1"],
                DNSSearch = ["."],
                CapDrop = ["ALL"],
                SecurityOpt = ["no-new-privileges"],
                Privileged = false,
                ReadonlyRootfs = true,
                Tmpfs = new Dictionary<string, string>
                {
                    ["/tmp"] = "rw,nosuid,nodev,noexec,mode=1777,size=1g",
                    ["/home/blender"] = "rw,nosuid,nodev,noexec,mode=0700,uid=1000,gid=1000,size=1g",
                },
                Memory = memory,
                // As much with swap as without: a desktop that needs more ends instead of slowing everybody.
                MemorySwap = memory,
                NanoCPUs = (long)(cpus * 1_000_000_000),
                CPUShares = forPool ? LowShare : FullShare,
                PidsLimit = options.Pids,
                Ulimits = [new() { Name = "core", Soft = 0, Hard = 0 }],
                IpcMode = "private",
                RestartPolicy = new() { Name = RestartPolicyKind.No },
                // A desktop that fills its log would fill the host's disk.
                LogConfig = new()
                {
                    Type = "json-file",
                    Config = new Dictionary<string, string> { ["max-size"] = "2m", ["max-file"] = "2" },
                },
            },
        };
    }

    public static ContainerUpdateParameters Raised() => new() { CPUShares = FullShare };

    /// <summary>Changes with everything that a container of the pool cannot be given later.</summary>
    public static string VersionOf(string image, DesktopsOptions options) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{image} {options.Memory} {options.Cpus} {options.Pids} {options.Resolution}"))).AsSpan(0, 8));

    public static NetworksCreateParameters Network(string id, IDictionary<string, string> labels, DesktopSubnet subnet) => new()
    {
        Name = DesktopLabels.NameOf(id),
        CheckDuplicate = true,
        Driver = "bridge",
        Internal = true,
        Labels = labels,
        IPAM = new()
        {
            Driver = "default",
            Config =
            [
                new()
                {
                    Subnet = subnet.Network.ToString(),
                    Gateway = subnet.Gateway.ToString(),
                    IPRange = subnet.Others.ToString(),
                },
            ],
        },
        Options = new Dictionary<string, string> { ["com.docker.network.bridge.name"] = DesktopLabels.BridgeOf(id) },
    };
}
