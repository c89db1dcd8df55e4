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
        var claim = remains.Claim!;
        var address = remains.Container is null ? null : await runtime.LocateAsync(claim.Id, cancellationToken);
        var desktop = registry.Adopt(claim);
        desktop.Address = address;

        switch (remains.Container)
        {
            case ContainerPhase.Running when registrations.IsComplete(claim.Id):
                desktop.Connection = registrations.Connections[claim.Id];
                // When exactly it became ready is not written anywhere; it was soon after it was asked for.
                desktop.TryBecomeReady("Ready", claim.CreatedAt, saves.Newest(claim)?.SavedAt);
                LogAdopted(claim.Id);
                break;
            case ContainerPhase.Ended:
                var container = await runtime.FindAsync(claim.Id, cancellationToken);
                await UndoAsync(desktop, container is null ? "Blender is gone." : Failure.Describe(container, options.Value.Memory));
                break;
            default:
                if (await CanFinishAsync(claim, remains.Container, address, cancellationToken))
                {
                    LogResumed(claim.Id);
                    launcher.Resume(desktop);
                }
                else
                {
                    await UndoAsync(desktop, "The launch was interrupted and could not be taken up again. Open the mesh once more.");
                }

                break;
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

    private async Task UndoAsync(ManagedDesktop desktop, string message)
    {
        LogUndone(desktop.Id, message);
        await remover.RemoveAsync(desktop.Id);
        desktop.TryBecome(DesktopState.Failed, message);
    }

    [LoggerMessage(LogLevel.Information, "Adopted desktop {Id}")]
    private partial void LogAdopted(string id);

    [LoggerMessage(LogLevel.Information, "Going on with the launch of desktop {Id}")]
    private partial void LogResumed(string id);

    [LoggerMessage(LogLevel.Warning, "Undoing desktop {Id}: {Reason}")]
    private partial void LogUndone(string id, string reason);
}
