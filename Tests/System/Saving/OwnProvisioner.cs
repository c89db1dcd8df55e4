using System.Net;
using System.Net.Http.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Saving;

/// <summary>
/// A Provisioner beside the system's own, with options of its own, for what would otherwise take hours: same engine, same Guacamole.
/// </summary>
internal sealed class OwnProvisioner(RunningSystem system, params (string Option, string Value)[] atFirst) : IAsyncDisposable
{
    public const string Mesh = "watering-can";
    public const string Owner = "somebody";

    private readonly ProvisionerIdentity _identity = new(system, "own");
    private (string Option, string Value)[] _options = atFirst;
    private OwnProcess? _process;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Whether the store is a small disk of its own, which goes with the process.</summary>
    public bool HasSmallDisk { get; init; }

    /// <summary>What it signs in to Guacamole with, where that is a foreign one to it; the administrator's account otherwise.</summary>
    public (string Name, string Password)? Account { get; init; }

    /// <summary>The store as this process sees it.</summary>
    public string Store => HasSmallDisk ? $"/proc/{_process!.Id}/root{Data}" : Data;

    private string Data => _identity.Data.FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async Task<OwnProvisioner> StartAsync()
    {
        var port = OwnProcess.FreePort();
        _process = Start(port);
        Http = await ProvisionerProcess.ConnectAsync(_process, _identity, port);
        return this;
    }

    /// <summary>Kills it as a crash would.</summary>
    public async Task KillAsync()
    {
        await _process!.DisposeAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(_process.Log);
        Http.Dispose();
    }

    /// <summary>Kills it, and starts it again with other options.</summary>
    public async Task RestartAsync(params (string Option, string Value)[] options)
    {
        await KillAsync();
        _options = options;
        await StartAsync();
    }

    public async Task<Desktop> LaunchReadyAsync(string? resume = null)
    {
        using var answer = await LaunchAsync(resume);
        var launched = await PortalClient.ReadAsync<Desktop>(answer, HttpStatusCode.Accepted);
        return await WaitAsync(launched.Id, desktop => desktop.State == "ready", "it to be ready");
    }

    public async Task<HttpResponseMessage> LaunchAsync(string? resume = null)
    {
        using var form = new MultipartFormDataContent
        {
            { JsonContent.Create(new { owner = Owner, mesh = Mesh, fileName = $"{Mesh}.obj", resume }), "launch" },
        };
        if (resume is null)
            form.Add(new StreamContent(File.OpenRead(Path.Combine(RunningSystem.RepositoryRoot, "Meshes", $"{Mesh}.obj"))), "file", "mesh");
        return await Http.PostAsync("desktops", form, Cancelled);
    }

    public Task<Desktop> WaitAsync(string id, Func<Desktop, bool> isGood, string what) => Eventually.GetAsync(
        async () => (await Http.GetFromJsonAsync<Desktop>($"desktops/{id}", Cancelled))!, isGood, $"{what}: {_process!.Log}",
        AtMost.Seconds(60));

    /// <summary>What there is of it on the engine.</summary>
    public Task<IReadOnlyList<string>> RemainsAsync() => system.Engine.FindAsync(Engine.InstanceLabel(_identity.Instance));

    public async Task<Save[]> SavesAsync() => (await Http.GetFromJsonAsync<Save[]>($"saves?owner={Owner}", Cancelled))!;

    public async Task<Desktop> StopAsync(string id)
    {
        using var answer = await Http.DeleteAsync($"desktops/{id}", Cancelled);
        return await PortalClient.ReadAsync<Desktop>(answer, HttpStatusCode.Accepted);
    }

    public async Task<Ticket> TicketAsync(string id)
    {
        using var answer = await Http.PostAsync($"desktops/{id}/ticket", null, Cancelled);
        var ticket = await PortalClient.ReadAsync<Ticket>(answer, HttpStatusCode.OK);
        system.Secrets.Keep("a ticket's token", ticket.Token);
        return ticket;
    }

    public async Task<Tunnel> WatchAsync(string id)
    {
        var ticket = await TicketAsync(id);
        return await Tunnel.OpenAsync(new Uri(system.Address, "guacamole/"), ticket.Token, ticket.DataSource, ticket.Connection);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            using var answer = await Http.PostAsync("shutdown", null);
            await _process.DisposeAsync();
            TestContext.Current.TestOutputHelper?.WriteLine(_process.Log);
        }

        Http?.Dispose();
        await system.Engine.RemoveAllAsync(Engine.InstanceLabel(_identity.Instance));
        _identity.Data.Delete(recursive: true);
    }

    private OwnProcess Start(int port)
    {
        string[] starter = HasSmallDisk
            ? ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs -o size=8m none {Data} && exec \"$@\"", "sh"]
            : [];
        (string, string)[] settings =
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", system.Telemetry.Endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_SERVICE_NAME", _identity.Instance),
            .. Account is (var name, var password)
                ? [("Guacamole__Username", name), ("Guacamole__Password", password), ("Guacamole__IsExternal", "true")]
                : Array.Empty<(string, string)>(),
            .. _options.Select(option => ($"Desktops__{option.Option}", option.Value)),
        ];
        return ProvisionerProcess.Start(system, _identity, port, settings, starter);
    }
}
