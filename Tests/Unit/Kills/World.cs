using GuacAspire.Portal.Web.Meshes;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Tests.Unit.Portal;
using GuacAspire.Tests.Unit.Provisioner;
using FakeGuacamole = GuacAspire.Tests.Unit.Provisioner.FakeGuacamole;

namespace GuacAspire.Tests.Unit.Kills;

/// <summary>What a kill ends.</summary>
internal enum Victim
{
    Provisioner,
    Portal,
    Power,
}

/// <summary>
/// The real Portal and the real Provisioner, one behind the other, over fakes of the engine, the agents and Guacamole that outlive them;
/// and the kills that end them at a step.
/// </summary>
internal sealed class World(Random random) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Task> _funerals = [];
    private DateTimeOffset _now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    private Running<ProvisionerHost>? _provisioner;
    private Running<PortalApp>? _portal;
    private int _folders;
    private int _left = -1;
    private Victim _victim;
    private TaskCompletionSource _fallen = New();
    private readonly string _name = Guid.NewGuid().ToString("N");

    public FakeRuntime Engine { get; } = new();

    public FakeAgents Agents { get; } = new();

    public FakeGuacamole Guacamole { get; } = new();

    /// <summary>How often the power has failed.</summary>
    public int Cuts { get; private set; }

    /// <summary>What was killed, and where.</summary>
    public List<string> Story { get; } = [];

    public (Life Life, HttpMessageHandler Server)? Provisioner => _provisioner is { Life.IsOver: false, Server: { } server } one ? (one.Life, server) : null;

    public (Life Life, HttpMessageHandler Server)? Portal => _portal is { Life.IsOver: false, Server: { } server } one ? (one.Life, server) : null;

    public IServiceProvider ProvisionerServices => _provisioner!.App.Services;

    public IServiceProvider PortalServices => _portal!.App.Services;

    public string Store => _provisioner!.Life.Folder;

    public string Data => _portal!.Life.Folder;

    /// <summary>Completes with the kill.</summary>
    public Task Fallen => _fallen.Task;

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Has something killed after so many steps.</summary>
    public void Arm(Victim victim, int steps)
    {
        lock (_lock)
            (_victim, _left, _fallen) = (victim, steps, New());
    }

    /// <summary>Has the kill come in so many steps, if it has not come by then.</summary>
    public void Hurry(int steps)
    {
        lock (_lock)
            _left = Math.Min(_left, steps);
    }

    /// <summary>A step is done, or about to be.</summary>
    public void Pass()
    {
        lock (_lock)
        {
            if (_left < 0 || --_left >= 0)
                return;
        }

        Kill();
    }

    /// <summary>Kills now, if it has not come to it.</summary>
    public Task FinishAsync()
    {
        lock (_lock)
        {
            if (_left < 0)
                return Fallen;
            _left = -1;
        }

        Kill();
        return Fallen;
    }

    /// <summary>Starts whatever does not run, until it does.</summary>
    public async Task StartAsync()
    {
        while (Provisioner is null || Portal is null)
        {
            if (Provisioner is null)
                await Task.Run(StartProvisioner);
            if (Portal is null)
                await Task.Run(StartPortal);
        }
    }

    public void Advance(TimeSpan span)
    {
        _now += span;
        if (_provisioner is { Life.IsOver: false } provisioner)
            provisioner.Life.Time.Advance(span);
        if (_portal is { Life.IsOver: false } portal)
            portal.Life.Time.Advance(span);
    }

    /// <summary>Waits for something, and lets the clock go on meanwhile for what waits for it.</summary>
    public async Task WaitForAsync(Task task, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await Task.WhenAny(task, Task.Delay(2)) != task)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Eventually.Patience, $"Waited in vain for {what} after {string.Join("; ", Story)}");
            Advance(TimeSpan.FromMilliseconds(20));
        }

        await task;
    }

    public async ValueTask DisposeAsync()
    {
        Bury(_provisioner);
        Bury(_portal);
        await Task.WhenAll(_funerals);
    }

    private void Kill()
    {
        var victims = new List<Life>();
        if (_victim is Victim.Provisioner or Victim.Power && _provisioner is { } provisioner)
            victims.Add(provisioner.Life);
        if (_victim is Victim.Portal or Victim.Power && _portal is { } portal)
            victims.Add(portal.Life);
        victims.RemoveAll(life => life.IsOver);
        foreach (var life in victims)
            life.End();
        try
        {
            if (_victim == Victim.Power)
                CutPower();
            foreach (var life in victims)
                life.Platter.CopyTo(life.Next = NewFolder(life.Name), _victim == Victim.Power ? random : null);
            Story.Add($"{_victim} in {Where()}");
        }
        catch (Exception e)
        {
            _fallen.SetException(e);
        }

        foreach (var life in victims)
            life.Bury();
        _fallen.TrySetResult();
    }

    /// <summary>Ends every container and everybody's sign-in; what is in a database stays.</summary>
    private void CutPower()
    {
        Cuts++;
        foreach (var id in Engine.Containers.Where(one => one.Value == ContainerPhase.Running).Select(one => one.Key))
            Engine.Containers[id] = ContainerPhase.Ended;
        Agents.Showing.Clear();
        Agents.Unsaved = false;
        Guacamole.Restart();
    }

    // For whoever looks for what went wrong.
    private static string Where() => string.Join(" < ", new System.Diagnostics.StackTrace().GetFrames()
        .Select(frame => frame.GetMethod())
        .Where(method => method?.DeclaringType?.Namespace is { } space && space.StartsWith("GuacAspire", StringComparison.Ordinal) && !space.Contains("Tests", StringComparison.Ordinal))
        .Select(method => $"{method!.DeclaringType!.Name}.{method.Name}").Take(4));

    private void StartProvisioner()
    {
        var life = Begin("provisioner", _provisioner?.Life);
        var host = new ProvisionerHost
        {
            Store = life.Folder,
            Time = life.Time,
            Runtime = Engine,
            Agents = Agents,
            Guacamole = Guacamole,
            EngineLine = far => new StepEngine(life, far),
            Line = far => new StepLine(life, far),
            PoolSize = random.Next(4) / 3,
            // What goes on in a minute by itself is to go on in the second that a scenario lasts; and no save is to make place for others.
            Options = { ["Pictures"] = "false", ["CheckpointInterval"] = "00:00:01", ["SavesKept"] = "100" },
        };
        Bury(_provisioner);
        _provisioner = new(life, host);
        _provisioner.Server = Start(life, () => host.Server.CreateHandler());
    }

    private void StartPortal()
    {
        var life = Begin("portal", _portal?.Life);
        var app = new PortalApp(life.Folder)
        {
            KeepData = true,
            // They would be most of what there is to see.
            OwnRounds = [typeof(UploadPictures)],
            Time = life.Time,
            ProvisionerLine = new ProvisionerLine(this, life),
            GuacamoleLine = new StepLine(life, Guacamole),
        };
        app.With("Provisioner:Key", ProvisionerHost.Key).With("Portal:GuestsPerMinute", "1000").With("Portal:LaunchesPerMinute", "1000");
        Bury(_portal);
        _portal = new(life, app);
        _portal.Server = Start(life, () => app.Server.CreateHandler());
    }

    /// <summary>Null for what was killed in the midst of its start.</summary>
    private static HttpMessageHandler? Start(Life life, Func<HttpMessageHandler> start)
    {
        try
        {
            return start();
        }
        catch (Exception) when (life.IsOver)
        {
            return null;
        }
    }

    private Life Begin(string name, Life? before)
    {
        before?.WaitUntilBuried();
        var life = new Life(this, name, before?.Next ?? NewFolder(name), _now);
        KillableDisk.Add(life);
        return life;
    }

    private void Bury<TApp>(Running<TApp>? one)
        where TApp : IAsyncDisposable
    {
        if (one is not null)
            _funerals.Add(Task.Run(() => BuryAsync(one)));
    }

    private static async Task BuryAsync<TApp>(Running<TApp> one)
        where TApp : IAsyncDisposable
    {
        one.Life.End();
        one.Life.Bury();
        var end = one.App.DisposeAsync().AsTask();
        // What waits for its clock waits for nothing else any more.
        while (await Task.WhenAny(end, Task.Delay(5)) != end)
            one.Life.Time.Advance(TimeSpan.FromSeconds(10));
        await end;
        KillableDisk.Remove(one.Life);
        Directory.Delete(one.Life.Folder, recursive: true);
        one.Life.Dispose();
    }

    private string NewFolder(string name) =>
        Directory.CreateDirectory(Path.Combine(KillableDisk.Base, $"{_name}-{name}-{Interlocked.Increment(ref _folders)}")).FullName;

    private sealed class Running<TApp>(Life life, TApp app)
    {
        public Life Life => life;

        public TApp App => app;

        /// <summary>What answers for it, once it has started.</summary>
        public HttpMessageHandler? Server { get; set; }
    }
}
