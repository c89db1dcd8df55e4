using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace GuacAspire.Bench.Crowd;

/// <summary>What an engine says on which every desktop of a house runs, and a guacd that is in the network of each.</summary>
internal sealed partial class EngineAnswers
{
    private const string Prefix = "guacaspire-";

    private readonly byte[] _volumes;
    private readonly byte[] _containers;
    private readonly byte[] _networks;
    private readonly byte[] _guacd;
    private readonly Dictionary<string, byte[]> _inspections;

    public EngineAnswers(CrowdHouse house)
    {
        _volumes = Bytes(new
        {
            Volumes = house.Desktops.Select(desktop => new
            {
                CreatedAt = house.MadeAt,
                Driver = "local",
                Mountpoint = $"/var/lib/docker/volumes/{NameOf(desktop)}/_data",
                Name = NameOf(desktop),
                Scope = "local",
                Labels = new Dictionary<string, string>(LabelsOf(house, desktop, "claim"))
                {
                    ["guacaspire.owner"] = CrowdHouse.Owner,
                    ["guacaspire.mesh"] = desktop.Mesh,
                    ["guacaspire.file"] = "cube.stl",
                },
            }),
        });
        _containers = Bytes(house.Desktops.Select(desktop => new
        {
            Id = desktop.Id.PadRight(64, '0'),
            Names = new[] { "/" + NameOf(desktop) },
            Image = "image",
            ImageID = "sha256:" + new string('0', 64),
            Command = "/usr/bin/tini -- desktop",
            Created = 1_700_000_000,
            State = "running",
            Status = "Up 2 hours",
            Ports = Array.Empty<object>(),
            Labels = LabelsOf(house, desktop, "desktop"),
            HostConfig = new { NetworkMode = NameOf(desktop) },
            NetworkSettings = new { Networks = new Dictionary<string, object> { [NameOf(desktop)] = EndpointOf(desktop) } },
            Mounts = Array.Empty<object>(),
        }));
        _networks = Bytes(house.Desktops.Select(desktop => new
        {
            Name = NameOf(desktop),
            Id = desktop.Id.PadRight(64, '1'),
            Created = house.MadeAt,
            Scope = "local",
            Driver = "bridge",
            Internal = true,
            IPAM = new { Driver = "default", Config = new[] { new { Subnet = "10.213.0.0/28", Gateway = "10.213.0.1" } } },
            Containers = new Dictionary<string, object>(),
            Options = new Dictionary<string, string> { ["com.docker.network.bridge.name"] = $"gad-{desktop.Id[..11]}" },
            Labels = LabelsOf(house, desktop, "desktop"),
        }));
        _guacd = Bytes(new[]
        {
            new
            {
                Id = new string('a', 64),
                Names = (string[])["/guacd"],
                State = "running",
                Status = "Up 2 hours",
                Labels = new Dictionary<string, string> { ["guacaspire.guacd"] = house.Instance },
                NetworkSettings = new { Networks = house.Desktops.ToDictionary(NameOf, EndpointOf) },
            },
        });
        _inspections = house.Desktops.ToDictionary(NameOf, desktop => Bytes(new
        {
            Id = desktop.Id.PadRight(64, '0'),
            State = new { Status = "running", Running = true },
            Config = new { Env = new[] { $"AGENT_TOKEN={CrowdHouse.AgentToken}" } },
            NetworkSettings = new { Networks = new Dictionary<string, object> { [NameOf(desktop)] = EndpointOf(desktop) } },
        }));
    }

    public Task AnswerAsync(HttpContext context, string path)
    {
        var what = Version().Replace(path, "");
        var filters = Uri.UnescapeDataString(context.Request.QueryString.Value ?? "");
        return (context.Request.Method, what) switch
        {
            ("GET", "/info") => CrowdEdges.SendAsync(context, "{\"MemTotal\":4398046511104,\"NCPU\":256}"u8.ToArray()),
            ("GET", "/events") => ListenAsync(context),
            // No container that knocks at the wall has been left behind.
            ("GET", "/containers/json" or "/networks") when filters.Contains("probe", StringComparison.Ordinal) =>
                CrowdEdges.SendAsync(context, "[]"u8.ToArray()),
            ("GET", "/volumes") => CrowdEdges.SendAsync(context, _volumes),
            ("GET", "/networks") => CrowdEdges.SendAsync(context, _networks),
            ("GET", "/containers/json") when filters.Contains("guacaspire.guacd", StringComparison.Ordinal) =>
                CrowdEdges.SendAsync(context, _guacd),
            ("GET", "/containers/json") => CrowdEdges.SendAsync(context, _containers),
            ("GET", _) when what.Split('/') is [_, "containers", var name, "json"] && _inspections.TryGetValue(name, out var found) =>
                CrowdEdges.SendAsync(context, found),
            _ => CrowdEdges.RefuseAsync(context),
        };
    }

    private static async Task ListenAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static string NameOf(CrowdDesktop desktop) => Prefix + desktop.Id;

    private static object EndpointOf(CrowdDesktop desktop) => new
    {
        IPAMConfig = new { IPv4Address = desktop.Address.ToString() },
        NetworkID = desktop.Id.PadRight(64, '1'),
        EndpointID = desktop.Id.PadRight(64, '2'),
        Gateway = "10.213.0.1",
        IPAddress = desktop.Address.ToString(),
        IPPrefixLen = 28,
        MacAddress = "02:42:0a:d5:00:02",
    };

    private static Dictionary<string, string> LabelsOf(CrowdHouse house, CrowdDesktop desktop, string role) => new()
    {
        ["guacaspire.instance"] = house.Instance,
        ["guacaspire.desktop"] = desktop.Id,
        ["guacaspire.created"] = house.MadeAt,
        ["guacaspire.role"] = role,
    };

    private static byte[] Bytes(object value) => JsonSerializer.SerializeToUtf8Bytes(value);

    [GeneratedRegex(@"^/v[\d.]+")]
    private static partial Regex Version();
}
