using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace GuacAspire.Tests.EndToEnd.Fixtures;

/// <summary>A service of this solution in a process that a test may start and kill as it likes.</summary>
internal sealed class OwnProcess : IAsyncDisposable
{
    private readonly List<string> _log = [];
    private readonly Process _process;

    /// <param name="projectPath">The service's project, as Aspire names it.</param>
    /// <param name="assembly">The service's assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What is added to this process' own environment.</param>
    /// <param name="starter">The command that becomes the service, where it is not to be started directly.</param>
    public OwnProcess(
        string projectPath, string assembly, string[] arguments, IReadOnlyDictionary<string, string> environment, params string[] starter)
    {
        // Built together with the tests, in the same way.
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!;
        var path = Path.Combine(Path.GetDirectoryName(projectPath)!, "bin", configuration, "net10.0", assembly);
        string[] command = [.. starter, "dotnet", path, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends it at once (SIGKILL), as a crash does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_log)
            _log.Add(line ?? "");
    }
}
