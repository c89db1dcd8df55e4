using System.Collections.Concurrent;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>An engine that holds names only. It can be made to fail at any call.</summary>
internal sealed class FakeRuntime : IDesktopRuntime
{
    public ConcurrentDictionary<string, DesktopClaim> Claims { get; } = new();

    public ConcurrentDictionary<string, ContainerPhase> Containers { get; } = new();

    public Dictionary<string, Exception> Faults { get; } = [];

    public bool IsEmpty => Claims.IsEmpty && Containers.IsEmpty;

    public static DesktopAddress AddressOf(string id) => new(id, new($"http://{id}:7070/"), "agent-token");

    public Task ClaimAsync(DesktopClaim claim, CancellationToken cancellationToken) => Do("claim", () => Claims[claim.Id] = claim);

    public async Task<DesktopAddress> CreateAsync(DesktopClaim claim, CancellationToken cancellationToken)
    {
        await Do("create", () => Containers.TryAdd(claim.Id, ContainerPhase.Created));
        return AddressOf(claim.Id);
    }

    public Task StartAsync(string id, CancellationToken cancellationToken) => Do("start", () => Containers[id] = ContainerPhase.Running);

    public Task<DesktopContainer?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(Containers.TryGetValue(id, out var phase) ? new DesktopContainer(phase, phase == ContainerPhase.Ended ? 1 : 0) : null);

    public Task<DesktopAddress?> LocateAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(Containers.ContainsKey(id) ? AddressOf(id) : null);

    public async Task<IReadOnlyCollection<DesktopRemains>> ObserveAsync(CancellationToken cancellationToken)
    {
        await Do("observe", () => { });
        return [.. Claims.Keys.Union(Containers.Keys).Select(id => new DesktopRemains(
            id, Claims.GetValueOrDefault(id), Containers.TryGetValue(id, out var phase) ? phase : null, true))];
    }

    public Task<int> AdmitGuacdAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task RemoveAsync(string id, CancellationToken cancellationToken) => Do("remove", () =>
    {
        Containers.TryRemove(id, out _);
        Claims.TryRemove(id, out _);
    });

    public Task WatchEndsAsync(Action<string> ended, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    public Task<string> ReadLogTailAsync(string id, CancellationToken cancellationToken) => Task.FromResult("");

    public Task<string?> FindFaultAsync(RuntimePart part, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    private Task Do(string call, Action action)
    {
        if (Faults.TryGetValue(call, out var fault))
            return Task.FromException(fault);
        action();
        return Task.CompletedTask;
    }
}
