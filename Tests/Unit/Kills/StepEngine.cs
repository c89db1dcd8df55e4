using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Tests.Unit.Kills;

/// <summary>The Provisioner's line to its engine: each call is a step, and a removal, which is many calls to an engine, is two.</summary>
internal sealed class StepEngine(Life life, IDesktopRuntime far) : IDesktopRuntime
{
    public Task<MachineSize> MeasureAsync(CancellationToken cancellationToken) => life.Do(() => far.MeasureAsync(cancellationToken));

    public Task<string> GetTemplateAsync(CancellationToken cancellationToken) => life.Do(() => far.GetTemplateAsync(cancellationToken));

    public Task<bool> ClaimAsync(DesktopClaim claim, CancellationToken cancellationToken) => life.Do(() => far.ClaimAsync(claim, cancellationToken));

    public Task<DesktopAddress> CreateAsync(NewDesktop desktop, CancellationToken cancellationToken) =>
        life.Do(() => far.CreateAsync(desktop, cancellationToken));

    public Task RaiseAsync(string id, CancellationToken cancellationToken) => life.Do(() => far.RaiseAsync(id, cancellationToken));

    public Task<bool> StartAsync(string id, CancellationToken cancellationToken) => life.Do(() => far.StartAsync(id, cancellationToken));

    public Task<DesktopContainer?> FindAsync(string id, CancellationToken cancellationToken) => life.Do(() => far.FindAsync(id, cancellationToken));

    public Task<DesktopAddress?> LocateAsync(string id, CancellationToken cancellationToken) => life.Do(() => far.LocateAsync(id, cancellationToken));

    public Task<IReadOnlyCollection<DesktopRemains>> ObserveAsync(CancellationToken cancellationToken) =>
        life.Do(() => far.ObserveAsync(cancellationToken));

    public Task<int> AdmitGuacdAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        life.Do(() => far.AdmitGuacdAsync(ids, cancellationToken));

    public Task MarkStopAsync(string id, StopMark mark, CancellationToken cancellationToken) => life.Do(() => far.MarkStopAsync(id, mark, cancellationToken));

    public Task UnmarkStopAsync(string id, CancellationToken cancellationToken) => life.Do(() => far.UnmarkStopAsync(id, cancellationToken));

    public Task DiscardAsync(string id, CancellationToken cancellationToken) => life.Do(() => far.DiscardAsync(id, cancellationToken));

    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await DiscardAsync(id, cancellationToken);
        await life.Do(() => far.RemoveAsync(id, cancellationToken));
    }

    public Task WatchAsync(Action<string> ended, Action guacdStarted, CancellationToken cancellationToken) =>
        far.WatchAsync(ended, guacdStarted, cancellationToken);

    public Task<long?> MeasureMemoryAsync(string id, CancellationToken cancellationToken) => life.Do(() => far.MeasureMemoryAsync(id, cancellationToken));

    public Task<string> ReadLogTailAsync(string id, CancellationToken cancellationToken) => life.Do(() => far.ReadLogTailAsync(id, cancellationToken));

    public Task<string?> FindFaultAsync(RuntimePart part, CancellationToken cancellationToken) => life.Do(() => far.FindFaultAsync(part, cancellationToken));

    public Task<string?> FindHoleAsync(CancellationToken cancellationToken) => life.Do(() => far.FindHoleAsync(cancellationToken));
}
