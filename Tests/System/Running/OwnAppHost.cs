using System.Globalization;
using System.Security.Cryptography;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Running;

/// <summary>The AppHost as somebody starts it: a process of its own, with the dashboard, on free ports and with a volume of its own.</summary>
internal sealed class OwnAppHost : IAsyncDisposable
{
    private static readonly string[] SecretNames =
        ["guacamole-admin-password", "guacamole-database-password", "mysql-password", "provisioner-key"];

    private readonly RunningSystem _system;
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("guacaspire-apphost-");
    private readonly Func<OwnProcess> _start;
    private OwnProcess _process;

    public OwnAppHost(RunningSystem system, params string[] arguments)
    {
        _system = system;
        Port = OwnProcess.FreePort();
        string[] all =
        [
            $"--Portal:Port={Port}", $"--Desktops:Instance={Instance}", $"--Desktops:DataDirectory={_data.FullName}", "--Desktops:PoolSize=0",
            $"--Recordings:Directory={Path.Combine(_data.FullName, "recordings")}", $"--MySql:Volume={Volume}",
            .. SecretNames.Select(name => $"--Parameters:{name}={Secret(name)}"), .. arguments,
        ];
        var environment = new Dictionary<string, string>(Elsewhere())
        {
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = Free(),
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Free(),
            ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = Free(),
            ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
        };
        // Settings are read from where it is started.
        _start = () => new OwnProcess(ProjectPath, "AppHost.dll", all, environment, "env", $"--chdir={Path.GetDirectoryName(ProjectPath)}");
        _process = _start();
    }

    public static string ProjectPath { get; } = Path.Combine(RunningSystem.RepositoryRoot, "AppHost", "AppHost.csproj");

    public string Instance { get; } = $"run{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 6)}";

    public string Log => _process.Log;

    public int Id => _process.Id;

    public int Port { get; }

    public Uri Portal => new($"http://localhost:{Port}");

    private string Volume => $"guacaspire-{Instance}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Asks it something by Aspire's command line, which this repository pins.</summary>
    public Task<string> AskAsync(params string[] arguments) => Command.RunAsync(
        "dotnet",
        ["tool", "run", "aspire", "--", .. arguments, "--apphost", ProjectPath, "--nologo", "--non-interactive"],
        RunningSystem.RepositoryRoot,
        Elsewhere());

    public Task ReadyAsync() => SaysAsync("GuacAspire is ready.", AtMost.Minutes(5));

    /// <summary>Waits until it has said something on its console.</summary>
    public Task SaysAsync(string text, TimeSpan? patience = null) => Eventually.TrueAsync(
        () =>
        {
            Assert.False(_process.HasExited && !Log.Contains(text, StringComparison.Ordinal), $"It has ended instead of saying '{text}':\n{Log}");
            return Task.FromResult(Log.Contains(text, StringComparison.Ordinal));
        },
        $"'{text}' in\n{Log}",
        patience ?? AtMost.Minutes(2));

    public void AssertNoStack() => Assert.False(Log.Contains("   at ", StringComparison.Ordinal), $"There is a stack in\n{Log}");

    /// <summary>Presses Ctrl-C and waits until it has returned.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        await Command.RunAsync("kill", ["-INT", Id.ToString(CultureInfo.InvariantCulture)], RunningSystem.RepositoryRoot);
        return await WaitForExitAsync();
    }

    /// <summary>Starts another with the same settings in its place; it is killed if it has not ended.</summary>
    public async Task StartAgainAsync()
    {
        await _process.DisposeAsync();
        _process = _start();
    }

    /// <summary>Ends its orchestrator at once (SIGKILL).</summary>
    public Task KillOrchestratorAsync() =>
        Command.RunAsync("pkill", ["-KILL", "-f", $"start-apiserver --monitor {Id.ToString(CultureInfo.InvariantCulture)} "], RunningSystem.RepositoryRoot);

    /// <summary>The orchestrator's processes, by what only they are started with.</summary>
    public async Task<Func<IReadOnlyList<string>>> WatchOrchestratorAsync()
    {
        var first = await Command.RunAsync(
            "pgrep", ["-af", $"start-apiserver --monitor {Id.ToString(CultureInfo.InvariantCulture)} "], RunningSystem.RepositoryRoot);
        var configuration = first.Split(' ', StringSplitOptions.TrimEntries).SkipWhile(word => word != "--kubeconfig").ElementAt(1);
        return () => [.. Directory.GetDirectories("/proc").Select(Words).Where(words => words.Contains(configuration, StringComparison.Ordinal))];

        static string Words(string process)
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }
    }

    public async Task<int> WaitForExitAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(AtMost.Minutes(1));
        try
        {
            return await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It has not ended:\n{Log}");
            throw;
        }
    }

    /// <summary>What it has kept in its user secrets: its one file, as text.</summary>
    public async Task<string> ReadSecretsAsync() => await File.ReadAllTextAsync(SecretsFile(), Cancelled);

    public async Task WriteSecretsAsync(string secrets) => await File.WriteAllTextAsync(SecretsFile(), secrets, Cancelled);

    private string SecretsFile() => Directory.GetFiles(_data.FullName, "secrets.json", SearchOption.AllDirectories).Single();

    /// <summary>Everything that it had on the engine and that is still there.</summary>
    public async Task<IReadOnlyList<string>> LeftAsync() =>
        [.. await _system.Engine.FindAsync(Engine.InstanceLabel(Instance)), .. await _system.Engine.UsersOfAsync(Volume)];

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await _process.DisposeAsync();
        // What was killed is removed by the orchestrator, in its own time.
        await Eventually.GetAsync(() => _system.Engine.UsersOfAsync(Volume), left => left.Count == 0, "the database's container to be gone", AtMost.Minutes(1));
        await _system.Engine.RemoveAllAsync(Engine.InstanceLabel(Instance));
        await _system.Engine.RemoveVolumeAsync(Volume);
        _data.Delete(recursive: true);
    }

    /// <summary>
    /// A home of its own: there the command line finds what runs of a project, and the tests' own system is one of the same.
    /// </summary>
    private Dictionary<string, string> Elsewhere()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new()
        {
            ["HOME"] = _data.FullName,
            ["DOTNET_CLI_HOME"] = home,
            ["NUGET_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages"),
            ["DOCKER_CONFIG"] = Environment.GetEnvironmentVariable("DOCKER_CONFIG") ?? Path.Combine(home, ".docker"),
        };
    }

    private static string Free() => $"http://localhost:{OwnProcess.FreePort()}";

    private string Secret(string name)
    {
        var secret = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 22);
        _system.Secrets.Keep($"{name} of {Instance}", secret);
        return secret;
    }
}
