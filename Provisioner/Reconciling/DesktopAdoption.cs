using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Saving;
using GuacAspire.Provisioner.Stopping;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Reconciling;

/// <summary>Takes up a desktop that an earlier process has left: as it is if it was in use, else to finish it or to undo it.</summary>
internal sealed partial class DesktopAdoption(
    DesktopRegistry registry,
    IDesktopRuntime runtime,
    AgentClient agent,
    DesktopLauncher launcher,
    DesktopRemover remover,
    MeshSpool spool,
    SaveStore saves,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<DesktopAdoption> logger)
{
    public async Task AdoptAsync(DesktopRemains remains, Registrations registrations, CancellationToken cancellationToken)
    {
        // All questions first: once it is in the registry it has to become something.
        var claim = remains.Claim!;
        var address = remains.Container is null ? null : await runtime.LocateAsync(claim.Id, cancellationToken);
        var ended = remains.Container == ContainerPhase.Ended ? await runtime.FindAsync(claim.Id, cancellationToken) : null;
        var wasInUse = remains.Container == ContainerPhase.Running && address is not null && registrations.IsComplete(claim.Id);
        var canFinish = !wasInUse && ended is null && await CanFinishAsync(claim, remains.Container, address, cancellationToken);

        var desktop = registry.Adopt(claim);
        desktop.Address = address;
        if (wasInUse)
        {
            desktop.Connection = registrations.Connections[claim.Id];
            // When exactly it became ready is not written anywhere; it was soon after it was asked for.
            desktop.TryBecomeReady("Ready", claim.CreatedAt, saves.Newest(claim)?.SavedAt);
            LogAdopted(claim.Id);
        }
        else if (canFinish)
        {
            LogResumed(claim.Id);
            launcher.Resume(desktop);
        }
        else
        {
            var reason = ended is null
                ? "The launch was interrupted and could not be taken up again. Open the mesh once more."
                : Failure.Describe(ended, options.Value.Memory);
            LogUndone(desktop.Id, reason);
            await remover.RemoveAsync(desktop.Id);
            desktop.TryBecome(DesktopState.Failed, reason);
        }
    }

    private async Task<bool> CanFinishAsync(
        DesktopClaim claim, ContainerPhase? phase, DesktopAddress? address, CancellationToken cancellationToken)
    {
        if (phase == ContainerPhase.Running && address is not null
            && await agent.TryGetStatusAsync(address, cancellationToken) is { MeshDrawn: true })
        {
            return true;
        }

        return spool.Has(claim.Id) && time.GetUtcNow() - claim.CreatedAt < options.Value.LaunchTimeout;
    }

    [LoggerMessage(LogLevel.Information, "Adopted desktop {Id}")]
    private partial void LogAdopted(string id);

    [LoggerMessage(LogLevel.Information, "Going on with the launch of desktop {Id}")]
    private partial void LogResumed(string id);

    [LoggerMessage(LogLevel.Warning, "Undoing desktop {Id}: {Reason}")]
    private partial void LogUndone(string id, string reason);
}
