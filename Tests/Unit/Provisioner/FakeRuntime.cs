using System.Collections.Concurrent;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>An engine that holds names only. It can be made to fail at any call.</summary>
internal sealed class FakeRuntime : IDesktopRuntime
{
    private volatile TaskCompletionSource _life = new();

    public string? Hole { get; set; }

    /// <summary>How often the wall was tried.</summary>
    public int Trials { get; private set; }

    public ConcurrentDictionary<string, DesktopClaim> Claims { get; } = new();

    public ConcurrentDictionary<string, ContainerPhase> Containers { get; } = new();

    public Dictionary<string, Exception> Faults { get; } = [];

    public ConcurrentDictionary<string, StopMark> Stops { get; } = new();

    public bool IsEmpty => Claims.IsEmpty && Containers.IsEmpty && Stops.IsEmpty;

    public static DesktopAddress AddressOf(string id) => new(id, new($"http://{id}:7070/"), "agent-token");

    public ConcurrentDictionary<string, PoolMark> Marks { get; } = new();

    /// <summary>The sizes of screen that desktops were made with; null for one that nobody asked for.</summary>
    public ConcurrentDictionary<string, ScreenSize?> Screens { get; } = new();

    public MachineSize Machine { get; set; } = new(64L << 30, 16);

    public Task<MachineSize> MeasureAsync(CancellationToken cancellationToken) => Task.FromResult(Machine);

    /// <summary>What desktops would be made from now.</summary>
    public string Template { get; set; } = "template";

    public Task<string> GetTemplateAsync(CancellationToken cancellationToken) => Task.FromResult(Template);

    /// <summary>What becomes of a claim before it is made.</summary>
    public Func<DesktopClaim, CancellationToken, Task>? Claiming { get; set; }

    public async Task<bool> ClaimAsync(DesktopClaim claim, CancellationToken cancellationToken)
    {
        if (Claiming is { } claiming)
            await claiming(claim, cancellationToken);
        var isFirst = false;
        await Do("claim", () => isFirst = Claims.TryAdd(claim.Id, claim));
        return isFirst;
    }

    public async Task<DesktopAddress> CreateAsync(NewDesktop desktop, CancellationToken cancellationToken)
    {
        await Do("create", () => Containers.TryAdd(desktop.Id, ContainerPhase.Created));
        Screens[desktop.Id] = desktop.Screen;
        if (desktop.Template is { } template)
            Marks[desktop.Id] = new(template, desktop.CreatedAt);
        return AddressOf(desktop.Id);
    }

    public Task RaiseAsync(string id, CancellationToken cancellationToken) => Do("raise", () => { });

    public Task DiscardAsync(string id, CancellationToken cancellationToken) => Do("remove", () => Containers.TryRemove(id, out _));

    public async Task<bool> StartAsync(string id, CancellationToken cancellationToken)
    {
        var isStarted = false;
        await Do("start", () => (isStarted, Containers[id]) = (Containers.GetValueOrDefault(id) != ContainerPhase.Running, ContainerPhase.Running));
        return isStarted;
    }

    public Task<DesktopContainer?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(Containers.TryGetValue(id, out var phase) ? new DesktopContainer(phase, phase == ContainerPhase.Ended ? 1 : 0) : null);

    public Task<DesktopAddress?> LocateAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(Containers.ContainsKey(id) ? AddressOf(id) : null);

    /// <summary>How often somebody has looked at everything.</summary>
    public int Looks { get; private set; }

    /// <summary>What a look waits for.</summary>
    public Task Looking { get; set; } = Task.CompletedTask;

    public async Task<IReadOnlyCollection<DesktopRemains>> ObserveAsync(CancellationToken cancellationToken)
    {
        await Do("observe", () => Looks++);
        await Looking.WaitAsync(cancellationToken);
        return [.. Claims.Keys.Union(Containers.Keys).Union(Stops.Keys).Select(id => new DesktopRemains(
            id, Claims.GetValueOrDefault(id), Containers.TryGetValue(id, out var phase) ? phase : null, true, Containers.ContainsKey(id) ? Marks.GetValueOrDefault(id) : null,
            Stops.GetValueOrDefault(id)))];
    }

    public Task<int> AdmitGuacdAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task RemoveAsync(string id, CancellationToken cancellationToken) => Do("remove", () =>
    {
        Containers.TryRemove(id, out _);
        Claims.TryRemove(id, out _);
        Stops.TryRemove(id, out _);
    });

    public Task MarkStopAsync(string id, StopMark mark, CancellationToken cancellationToken) => Do("mark", () => Stops[id] = mark);

    public Task UnmarkStopAsync(string id, CancellationToken cancellationToken) => Do("mark", () => Stops.TryRemove(id, out _));

    public Task WatchAsync(Action<string> ended, Action guacdStarted, CancellationToken cancellationToken) =>
        _life.Task.WaitAsync(cancellationToken);

    /// <summary>Is away for a moment.</summary>
    public void Restart()
    {
        var before = _life;
        _life = new();
        before.SetResult();
    }

    /// <summary>What memory desktops hold; one that runs and is not named holds 300 MiB.</summary>
    public ConcurrentDictionary<string, long> Memory { get; } = new();

    /// <summary>How often somebody has asked for that.</summary>
    public int Measurements { get; private set; }

    public async Task<long?> MeasureMemoryAsync(string id, CancellationToken cancellationToken)
    {
        await Do("memory", () => Measurements++);
        return Containers.GetValueOrDefault(id) != ContainerPhase.Running ? null : Memory.TryGetValue(id, out var bytes) ? bytes : 300L << 20;
    }

    public Task<string> ReadLogTailAsync(string id, CancellationToken cancellationToken) => Task.FromResult("");

    public async Task<string?> FindHoleAsync(CancellationToken cancellationToken)
    {
        await Do("wall", () => Trials++);
        return Hole;
    }

    public Task<string?> FindFaultAsync(RuntimePart part, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    private Task Do(string call, Action action)
    {
        if (Faults.TryGetValue(call, out var fault))
            return Task.FromException(fault);
        action();
        return Task.CompletedTask;
    }
}
