using System.Net.Http.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Crashes;

/// <summary>A Provisioner beside the system's own, on the same engine and the same Guacamole, that can be killed wherever it is.</summary>
internal sealed class OwnProvisioner : IAsyncDisposable
{
    private readonly RunningSystem _system;
    private readonly ProvisionerIdentity _identity;
    private readonly Dictionary<string, string> _options;
    private readonly OwnEngine? _engine;
    private OwnProcess? _process;

    private OwnProvisioner(RunningSystem system, OwnEngine? engine, Wire wire, Dictionary<string, string> options)
    {
        (_system, _engine, Wire, _options) = (system, engine, wire, options);
        _identity = new(system, "crash");
    }

    public string Instance => _identity.Instance;

    public Wire Wire { get; }

    public HttpClient Http { get; private set; } = new();

    public string Log => _process?.Log ?? "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<OwnProvisioner> StartAsync(RunningSystem system, params (string Name, string Value)[] options)
    {
        var own = await PrepareAsync(system, options);
        await own.StartAsync();
        return own;
    }

    /// <summary>One that has not been started yet.</summary>
    public static async Task<OwnProvisioner> PrepareAsync(RunningSystem system, params (string Name, string Value)[] options) =>
        new(system, null, await Wire.StartAsync(system.Address), options.ToDictionary(option => option.Name, option => option.Value));

    /// <summary>One that lives where another engine is, and has that one for its own.</summary>
    public static async Task<OwnProvisioner> StartAsync(
        RunningSystem system, OwnEngine engine, params (string Name, string Value)[] options)
    {
        var wire = await Wire.StartAsync(system.Address, engine.Network);
        var own = new OwnProvisioner(system, engine, wire, options.ToDictionary(option => option.Name, option => option.Value));
        await own.StartAsync();
        return own;
    }

    /// <summary>Sets an option for the next start.</summary>
    public void Set(string option, string value) => _options[option] = value;

    /// <summary>Starts it (again), and returns when it knows what an earlier one has left.</summary>
    public async Task StartAsync()
    {
        _process = Run(out var port);
        Http.Dispose();
        Http = await ProvisionerProcess.ConnectAsync(_process, _identity, port, _engine?.Network.Way());
    }

    /// <summary>Another process of the same instance, with the same directory.</summary>
    public OwnProcess Run(out int port)
    {
        port = _engine?.Network.Make(OwnProcess.FreePort) ?? OwnProcess.FreePort();
        (string, string)[] settings =
        [
            ("DOCKER_HOST", (_engine?.Address ?? Wire.Engine).ToString()),
            ("Guacamole__Endpoint", Wire.Guacamole.ToString()),
            // What is held back is not what these tests are about.
            ("Guacamole__Timeout", "00:03:00"),
            ("Desktops__EngineTimeout", "00:03:00"),
            ("Desktops__Max", "20"),
            ("Desktops__MemoryOversubscription", "100"),
            ("Desktops__CpuOversubscription", "100"),
            ("Desktops__PoolPause", "00:00:00.2"),
            // Who counts what is left would count the desktops in which they are taken.
            ("Desktops__Pictures", "false"),
            .. _options.Select(option => ($"Desktops__{option.Key}", option.Value)),
        ];
        return ProvisionerProcess.Start(_system, _identity, port, settings, _engine is null ? [] : [.. _engine.Network.Enter]);
    }

    public async Task KillAsync()
    {
        await _process!.DisposeAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(Log);
        // What was held back goes with whoever waited for it.
        Wire.LetGo();
    }

    public async Task<HttpResponseMessage> PostLaunchAsync(string owner, string mesh = "watering-can.obj")
    {
        await using var file = File.OpenRead(Path.Combine(RunningSystem.RepositoryRoot, "Meshes", mesh));
        using var form = new MultipartFormDataContent
        {
            { JsonContent.Create(new { owner, mesh = Path.GetFileNameWithoutExtension(mesh), fileName = mesh }), "launch" },
            { new StreamContent(file), "file", mesh },
        };
        return await Http.PostAsync("/desktops", form, Cancelled);
    }

    /// <summary>Begins a launch whose answer may never come.</summary>
    public async Task LaunchAsync(string owner)
    {
        try
        {
            (await PostLaunchAsync(owner)).Dispose();
        }
        catch (HttpRequestException)
        {
            // The Provisioner died while it was asked, which is what this is for.
        }
    }

    /// <summary>Asks for a stop, whose answer may never come either.</summary>
    public async Task StopAsync(string id)
    {
        try
        {
            (await Http.DeleteAsync($"/desktops/{id}", Cancelled)).Dispose();
        }
        catch (HttpRequestException)
        {
            // See above.
        }
    }

    /// <summary>Begins a launch that has to be admitted.</summary>
    public async Task<OwnedDesktop> AdmitAsync(string owner, string mesh = "watering-can.obj")
    {
        using var answer = await PostLaunchAsync(owner, mesh);
        Assert.True(answer.IsSuccessStatusCode, $"The launch was refused: {await answer.Content.ReadAsStringAsync(Cancelled)}");
        return (await answer.Content.ReadFromJsonAsync<OwnedDesktop>(Cancelled))!;
    }

    public async Task<OwnedDesktop?> FindAsync(string id)
    {
        using var answer = await Http.GetAsync($"/desktops/{id}", Cancelled);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<OwnedDesktop>(Cancelled) : null;
    }

    public Task<OwnedDesktop> WaitForAsync(string id, string state) => Eventually.GetAsync(
        async () => (await FindAsync(id))!, desktop => desktop?.State == state, $"desktop {id} to be {state}", AtMost.Minutes(1));

    public async Task<OwnedDesktop[]> DesktopsAsync() => await Http.GetFromJsonAsync<OwnedDesktop[]>("/desktops", Cancelled) ?? [];

    /// <summary>Waits until each of these owners has one desktop, and it is ready.</summary>
    public Task<OwnedDesktop[]> WaitReadyAsync(IReadOnlyCollection<string> owners) => Eventually.GetAsync(
        DesktopsAsync,
        desktops => owners.All(owner => desktops.Count(desktop => desktop.Owner == owner && desktop.State == "ready") == 1),
        $"these to have a desktop each: {string.Join(", ", owners)}",
        AtMost.Minutes(4));

    public async Task<int> PoolAsync() => (await LimitsAsync()).Pool;

    public async Task<OwnLimits> LimitsAsync() => (await Http.GetFromJsonAsync<OwnLimits>("/limits", Cancelled))!;

    public Task<IReadOnlyList<string>> RemainsAsync() => _system.Engine.FindAsync(Engine.InstanceLabel(Instance));

    public IEnumerable<FileInfo> SavedFiles() => _identity.Data.EnumerateFiles("*.blend", SearchOption.AllDirectories);

    public IEnumerable<FileInfo> SpooledFiles() =>
        _identity.Data.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Directory!.Name == "spool");

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            // A test that has failed leaves desktops; the system's own end looks for what is left in Guacamole.
            Wire.LetGo();
            using var patience = new CancellationTokenSource(AtMost.Seconds(30));
            try
            {
                (await Http.PostAsync("/shutdown", null, patience.Token)).Dispose();
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // What is left is removed below.
            }

            await KillAsync();
        }

        Http.Dispose();
        await Wire.DisposeAsync();
        // With an engine of its own goes all that it has.
        if (_engine is null)
            await _system.Engine.RemoveAllAsync(Engine.InstanceLabel(Instance));
        _identity.Data.Delete(recursive: true);
    }
}

/// <summary>A desktop as the Provisioner reports it.</summary>
internal sealed record OwnedDesktop(string Id, string Owner, string Mesh, string State, string? Message, DateTimeOffset? SavedAt);

/// <summary>How full the Provisioner says it is.</summary>
internal sealed record OwnLimits(int Running, int Available, int Pool);
