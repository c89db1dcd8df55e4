using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Recordings;
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
    DesktopStopper stopper,
    LaunchFiles files,
    SaveStore saves,
    GuestAccounts guests,
    DesktopRecording recording,
    RecordingIndex recorded,
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
        var isRunning = remains.Container == ContainerPhase.Running && address is not null;
        var status = isRunning ? await agent.TryGetStatusAsync(address!, cancellationToken) : null;
        var isRegistered = registrations.IsComplete(claim.Id);
        var canFinish = ended is null && CanFinish(claim, status);
        // One from the pool is registered while its mesh is still being opened. Who does not answer now has opened one earlier.
        var wasInUse = isRunning && isRegistered && (status is null or { Mesh: not null } || !canFinish);

        // Only of one that was ready anybody asks for a stop that saves, and so much of it may be removed already.
        wasInUse |= isRunning && remains.Stop is { Discard: false };
        DateTimeOffset? recordedSince = isRegistered && await recording.IsOnAsync(registrations.Connections[claim.Id], cancellationToken)
            ? recorded.FindOrBegin(claim, time.GetUtcNow()).Since
            : null;
        var savedAt = saves.Newest(claim)?.SavedAt;
        // A guest whose account is gone will never come: nothing is begun for one, and where it was to be let go of nothing is kept.
        var isGone = guests.IsOwn(claim.Owner) && !registrations.Users.ContainsKey(claim.Owner);
        canFinish &= !isGone;
        if (isGone && remains.Stop is { Discard: true })
            saves.RemoveAllOf(claim.Owner);

        var desktop = registry.Adopt(claim);
        desktop.Address = address;
        if (recordedSince is not null)
            desktop.Records(recordedSince);
        if (wasInUse)
        {
            desktop.Connection = registrations.Connections.GetValueOrDefault(claim.Id);
            // When exactly it became ready is not written anywhere; it was soon after it was asked for.
            desktop.TryBecomeReady("Ready", claim.CreatedAt, savedAt);
        }

        if (remains.Stop is { } stop)
        {
            LogStopping(claim.Id);
            stopper.Begin(desktop, stop.Discard || !isRunning);
        }
        else if (wasInUse)
        {
            LogAdopted(claim.Id);
        }
        else if (canFinish)
        {
            LogResumed(claim.Id);
            launcher.Resume(desktop);
        }
        else
        {
            var reason = Explain(remains, ended, isRegistered, claim);
            LogUndone(desktop.Id, reason);
            await remover.RemoveAsync(desktop.Id);
            desktop.TryBecome(DesktopState.Failed, reason);
        }
    }

    private bool CanFinish(DesktopClaim claim, AgentStatus? status) =>
        status is { MeshDrawn: true } || (files.Has(claim.Id) && time.GetUtcNow() - claim.CreatedAt < options.Value.LaunchTimeout);

    private string Explain(DesktopRemains remains, DesktopContainer? ended, bool isRegistered, DesktopClaim claim) =>
        ended is not null ? $"{Failure.Describe(ended, options.Value.Memory)} {Failure.Describe(saves.Newest(claim))}"
        : isRegistered && remains.Container is null ? $"Its container was removed from outside. {Failure.Describe(saves.Newest(claim))}"
        : "The launch was interrupted and could not be taken up again. Open the mesh once more.";

    [LoggerMessage(LogLevel.Information, "Going on with the stop of desktop {Id}")]
    private partial void LogStopping(string id);

    [LoggerMessage(LogLevel.Information, "Adopted desktop {Id}")]
    private partial void LogAdopted(string id);

    [LoggerMessage(LogLevel.Information, "Going on with the launch of desktop {Id}")]
    private partial void LogResumed(string id);

    [LoggerMessage(LogLevel.Warning, "Undoing desktop {Id}: {Reason}")]
    private partial void LogUndone(string id, string reason);
}
