using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace GuacAspire.Tests.EndToEnd.Fixtures;

/// <summary>Starts Provisioners of tests' own beside the system's: with the same Guacamole, guacd and desktop image.</summary>
internal static class ProvisionerProcess
{
    /// <summary>Starts one.</summary>
    /// <param name="system">The system that it is started beside.</param>
    /// <param name="identity">What tells its desktops from others'.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="settings">Its environment, of which the last that is said counts.</param>
    /// <param name="starter">The command that becomes the service, where it is not to be started directly.</param>
    public static OwnProcess Start(
        RunningSystem system, ProvisionerIdentity identity, int port, IEnumerable<(string Name, string Value)> settings,
        params string[] starter)
    {
        var environment = new Dictionary<string, string>
        {
            ["Provisioner__Key"] = identity.Key,
            ["Guacamole__Endpoint"] = new Uri(system.Address, "guacamole").ToString(),
            ["Guacamole__Username"] = RunningSystem.AdminName,
            ["Guacamole__Password"] = system.AdminPassword,
            ["Desktops__Image"] = system.DesktopImage,
            ["Desktops__Instance"] = identity.Instance,
            ["Desktops__Guacd"] = system.Instance,
            ["Desktops__DataDirectory"] = identity.Data.FullName,
            ["Desktops__PoolSize"] = "0",
            ["Logging__LogLevel__Microsoft"] = "Warning",
        };
        foreach (var (name, value) in settings)
            environment[name] = value;
        return new OwnProcess(
            new Projects.Provisioner().ProjectPath, "GuacAspire.Provisioner.dll", [$"--urls=http://127.0.0.1:{port}"], environment,
            starter);
    }

    /// <summary>The way to one that has been started, once it knows what an earlier one has left.</summary>
    public static async Task<HttpClient> ConnectAsync(
        OwnProcess process, ProvisionerIdentity identity, int port, HttpMessageHandler? way = null)
    {
        var http = new HttpClient(way ?? new SocketsHttpHandler())
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}/"),
            Timeout = AtMost.Minutes(2),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", identity.Key) },
        };
        await Eventually.TrueAsync(IsUpAsync, "the Provisioner to know its desktops", AtMost.Seconds(60));
        return http;

        async Task<bool> IsUpAsync()
        {
            Assert.False(process.HasExited, $"The Provisioner has ended:\n{process.Log}");
            try
            {
                using var answer = await http.GetAsync("desktops", TestContext.Current.CancellationToken);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }
}

/// <summary>What makes a Provisioner one of its own, also over its restarts.</summary>
internal sealed class ProvisionerIdentity
{
    public ProvisionerIdentity(RunningSystem system, string kind)
    {
        Instance = $"{kind}{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 6)}";
        Data = Directory.CreateTempSubdirectory($"guacaspire-{kind}-");
        system.Secrets.Keep("a Provisioner's key", Key);
    }

    public string Instance { get; }

    public string Key { get; } = RandomNumberGenerator.GetHexString(32);

    public DirectoryInfo Data { get; }
}
