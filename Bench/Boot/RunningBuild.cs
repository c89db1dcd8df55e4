using System.Diagnostics;

namespace GuacAspire.Bench.Boot;

/// <summary>A <c>./run</c> of one checkout, from its first moment to its end.</summary>
internal sealed class RunningBuild : IAsyncDisposable
{
    private const string ReadyLine = "GuacAspire is ready.";
    private static readonly string[] Services = ["GuacAspire.Gateway", "GuacAspire.Provisioner", "GuacAspire.Portal.Web"];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<string> _lines = [];
    private readonly Process _process;

    private RunningBuild(Build build, int port)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(Path.Combine(build.Folder, "run"), [$"--Portal:Port={port}"])
            {
                WorkingDirectory = build.Folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException(
            $"{build.Name} has ended before it was ready: {string.Join('\n', _lines.TakeLast(20))}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public double ReadyAfter { get; private set; }

    /// <summary>Starts one and waits until it is ready.</summary>
    public static async Task<RunningBuild> StartAsync(Build build, int port, CancellationToken cancellationToken)
    {
        var running = new RunningBuild(build, port);
        try
        {
            await running._ready.Task.WaitAsync(cancellationToken);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>What everything that it has started has in memory, but its services; containers are the engine's children, not its own.</summary>
    public (long Resident, long Proportional) Memory()
    {
        var parents = Processes.Parents();
        var (resident, proportional) = (0L, 0L);
        foreach (var id in parents.Keys.Where(id => Processes.IsBelow(id, _process.Id, parents) || IsOrchestrator(id)))
        {
            if (Services.Any(service => Processes.CommandLine(id).Contains(service, StringComparison.Ordinal)))
                continue;
            var (own, shared) = Processes.Memory(id);
            resident += own;
            proportional += shared;
        }

        return (resident, proportional);
    }

    /// <summary>Ends it as Ctrl-C does, and waits until it has returned.</summary>
    public async Task<double> EndAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        // A "dotnet run" around it does not pass the signal on: at a terminal both would get it.
        var parents = Processes.Parents();
        foreach (var id in parents.Keys.Where(id => Processes.IsBelow(id, _process.Id, parents) && IsAppHost(id)))
            Processes.Interrupt(id);
        await _process.WaitForExitAsync(cancellationToken);
        return clock.Elapsed.TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    // The orchestrator leaves its parent, so that it can clean up after it.
    private static bool IsOrchestrator(int id) =>
        Processes.CommandLine(id) is var line && (line.Contains("aspire.hosting.orchestration", StringComparison.OrdinalIgnoreCase)
            || line.Contains("aspire.dashboard", StringComparison.OrdinalIgnoreCase));

    private static bool IsAppHost(int id) =>
        Processes.CommandLine(id).Split(['\0', ' ']).Select(Path.GetFileName).Any(name => name is "AppHost" or "AppHost.dll");

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
        if (!line.Contains(ReadyLine, StringComparison.Ordinal) || _ready.Task.IsCompleted)
            return;
        ReadyAfter = _clock.Elapsed.TotalSeconds;
        _ready.TrySetResult();
    }
}
