using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Gateway;

namespace GuacAspire.Tests.EndToEnd.Crashes;

/// <summary>
/// A container engine beside the machine's own, that a test may restart as it likes: in namespaces of its own, so that neither sees the
/// other's bridges, firewall, mounts and processes. The images are the machine's; guacd runs here too, since it has to be on the desktops'
/// networks.
/// </summary>
internal sealed class OwnEngine : IAsyncDisposable
{
    private static TimeSpan Patience => AtMost.Minutes(1);

    private readonly string _directory;
    private readonly bool _restoresLive;
    private readonly Process _place;
    private readonly string[] _enter;
    private Process? _daemon;

    private OwnEngine(bool restoresLive, Process place, string directory, int process)
    {
        (_restoresLive, _place, _directory) = (restoresLive, place, directory);
        Network = new OtherNetwork(process);
        _enter =
        [
            .. Network.Enter,
            string.Create(CultureInfo.InvariantCulture, $"--mount=/proc/{process}/ns/mnt"),
            string.Create(CultureInfo.InvariantCulture, $"--pid=/proc/{process}/ns/pid_for_children"),
        ];
        Client = new Engine(Address);
    }

    public OtherNetwork Network { get; }

    public Engine Client { get; }

    public Uri Address => new($"unix://{_directory}/docker.sock");

    /// <summary>Gets the way from here to the guacd there.</summary>
    public Cable Guacd { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<OwnEngine> StartAsync(RunningSystem system, bool restoresLive)
    {
        Assert.True(Environment.IsPrivilegedProcess, "A container engine of the test's own needs root. Run the tests as root.");
        var directory = Directory.CreateTempSubdirectory("guacaspire-engine-").FullName;
        string[] images = [system.DesktopImage, system.ImageOf("guacd")];
        var script = Path.Combine(RunningSystem.RepositoryRoot, "Tests", "System", "Crashes", "own-engine.sh");
        var place = Process.Start(new ProcessStartInfo("sh", [script, directory, .. images])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (!int.TryParse(await place.StandardOutput.ReadLineAsync(Cancelled), CultureInfo.InvariantCulture, out var process))
            Assert.Fail($"There is no place for a container engine: {await place.StandardError.ReadToEndAsync(Cancelled)}");
        var engine = new OwnEngine(restoresLive, place, directory, process);
        try
        {
            await engine.StartAsync();
            await engine.FurnishAsync(system, images);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it (again), and returns when it answers.</summary>
    public async Task StartAsync()
    {
        _daemon = Start(
        [
            .. _enter, "dockerd", .. _restoresLive ? ["--live-restore"] : Array.Empty<string>(),
            "--host", $"{Address}", "--pidfile", $"{_directory}/pid",
            "--data-root", $"{_directory}/data", "--exec-root", $"{_directory}/exec",
            "--cgroup-parent", $"/{Path.GetFileName(_directory)}", "--exec-opt", "native.cgroupdriver=cgroupfs", "--log-level", "warn",
        ]);
        var log = LogOf(_daemon);
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(_daemon.HasExited, $"The container engine has ended: {(_daemon.HasExited ? await log : "")}");
                return (await RunAsync("docker", "-H", $"{Address}", "version")).ExitCode == 0;
            },
            "the container engine to answer",
            Patience);
    }

    /// <summary>Ends it, and returns when it has ended.</summary>
    /// <param name="signal">TERM, as who restarts it does, or KILL, as a crash does.</param>
    public async Task EndAsync(string signal)
    {
        await DoAsync([.. _enter, "sh", "-c", $"kill -{signal} $(cat {_directory}/pid)"]);
        await _daemon!.WaitForExitAsync(Cancelled).WaitAsync(Patience, Cancelled);
    }

    /// <summary>Asks the firewall there whether it keeps desktops from the host and from each other.</summary>
    public async Task AssertWallAsync()
    {
        async Task<string> FirstAsync(string table, string chain) =>
            (await DoAsync([.. _enter, "iptables", "-w", "-t", table, "-S", chain])).Split('\n')[1];
        Assert.StartsWith("-A INPUT -i gad-+ ", await FirstAsync("filter", "INPUT"), StringComparison.Ordinal);
        Assert.StartsWith("-A FORWARD -i gad-+ -o gad-+ ", await FirstAsync("mangle", "FORWARD"), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        Guacd?.Dispose();
        Client.Dispose();
        // Everything there goes with it.
        _place.StandardInput.Close();
        await _place.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        _place.Dispose();
        _daemon?.Dispose();
    }

    private static Process Start(params string[] command) => Process.Start(
        new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static async Task<string> LogOf(Process process)
    {
        var log = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        return string.Concat(log).Trim();
    }

    private static async Task<(int ExitCode, string Log)> RunAsync(params string[] command)
    {
        using var process = Start(command);
        var log = await LogOf(process).WaitAsync(Patience, Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, log);
    }

    private static async Task<string> DoAsync(params string[] command)
    {
        var (exitCode, log) = await RunAsync(command);
        Assert.True(exitCode == 0, $"{string.Join(' ', command)}: {log}");
        return log;
    }

    private Task<string> DockerAsync(params string[] command) => DoAsync(["docker", "-H", $"{Address}", .. command]);

    private async Task FurnishAsync(RunningSystem system, string[] images)
    {
        foreach (var image in images)
        {
            var id = await DoAsync("docker", "image", "inspect", "--format", "{{.Id}}", image);
            if ((await RunAsync("docker", "-H", $"{Address}", "tag", id, image)).ExitCode != 0)
                await DoAsync("sh", "-c", $"docker save {image} | docker -H {Address} load");
        }

        // What ./run sees to on the machine itself.
        var setup = Path.Combine(RunningSystem.RepositoryRoot, "build", "setup.sh");
        Assert.Equal("", await DoAsync([.. _enter, "bash", "-c", ". \"$0\"; need_firewall", setup]));
        await DockerAsync(
            "run", "--detach", "--name", "guacd", "--restart", "unless-stopped",
            "--label", $"guacaspire.guacd={system.Instance}", system.ImageOf("guacd"));
        var address = await DockerAsync("inspect", "--format", "{{.NetworkSettings.IPAddress}}", "guacd");
        Guacd = new Cable(address, 4822, () => Network.Make(() => new TcpClient(AddressFamily.InterNetwork)));
    }
}
