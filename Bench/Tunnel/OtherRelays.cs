using System.Diagnostics;
using System.Globalization;

namespace GuacAspire.Bench.Tunnel;

/// <summary>Starts what the Gateway is compared with.</summary>
internal sealed class OtherRelays(int guacdPort) : IDisposable
{
    private readonly List<Process> _processes = [];

    public async Task<Contender> SocatAsync(string name, CancellationToken cancel, params string[] arguments)
    {
        var port = Ports.Free();
        var process = Start("socat", [.. arguments, $"TCP4-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr,backlog=256,nodelay", $"TCP4:127.0.0.1:{guacdPort},nodelay"]);
        await Ports.WaitAsync(port, cancel);
        return new Contender(name, new ProcessGauge(process.Id), () => new RawClient(port));
    }

    /// <summary>Null where npm cannot bring it.</summary>
    public async Task<Contender?> LiteAsync(CancellationToken cancel)
    {
        var source = Path.Combine(Folders.Repository, "Bench", "Tunnel", "Lite");
        var folder = Directory.CreateDirectory(Path.Combine(Folders.Repository, "artifacts", "guacamole-lite")).FullName;
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        using (var npm = Run("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder]))
        {
            await npm.WaitForExitAsync(cancel);
            if (npm.ExitCode != 0)
                return null;
        }

        var port = Ports.Free();
        var process = Start("node", [Path.Combine(folder, "server.js"), port.ToString(CultureInfo.InvariantCulture), guacdPort.ToString(CultureInfo.InvariantCulture)]);
        var token = await process.StandardOutput.ReadLineAsync(cancel);
        await Ports.WaitAsync(port, cancel);
        return new Contender("guacamole-lite 1.2.0", new ProcessGauge(process.Id), () => new WebSocketTunnelClient(port, $"/?token={token}"));
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
        }
    }

    private static Process Run(string file, string[] arguments) =>
        Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;

    private Process Start(string file, string[] arguments)
    {
        var process = Run(file, arguments);
        _processes.Add(process);
        return process;
    }
}
