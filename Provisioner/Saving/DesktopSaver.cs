using System.Diagnostics;
using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Pictures;
using GuacAspire.Provisioner.Telemetry;

namespace GuacAspire.Provisioner.Saving;

/// <summary>
/// Has Blender save and brings the file to safety. Only a save that Blender has acknowledged and that is on our disk counts.
/// </summary>
internal sealed class DesktopSaver(
    AgentClient agent, SaveStore store, SavePhotographer pictures, ProvisionerMetrics metrics, TimeProvider time)
{
    // On a machine that is very busy a connection may not come about in time, and a stop would let go of the work for that.
    private const int Attempts = 3;

    private static readonly TimeSpan BusyPoll = TimeSpan.FromMilliseconds(250);

    /// <summary>Saves a usable desktop; the caller holds it exclusively.</summary>
    public async Task SaveAsync(ManagedDesktop desktop, bool isCheckpoint, CancellationToken cancellationToken)
    {
        using var activity = Tracing.Source.StartActivity("desktop.save");
        activity?.SetTag(Tracing.DesktopId, desktop.Id);
        activity?.SetTag("guacaspire.save.checkpoint", isCheckpoint);
        var began = time.GetTimestamp();
        var address = desktop.Address ?? throw new InvalidOperationException("The desktop has no address.");
        var outcome = "failed";
        desktop.IsInDoubt = true;
        try
        {
            var saved = await store.AddAsync(desktop.Claim, isCheckpoint, file => SaveWhenIdleAsync(address, file, cancellationToken));
            desktop.Saved(saved.SavedAt);
            pictures.Note(saved);
            outcome = "saved";
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            if (e is not OperationCanceledException)
                desktop.NotSaved(Failure.Describe(e));
            throw;
        }
        finally
        {
            metrics.SaveTook(time.GetElapsedTime(began), outcome);
        }
    }

    private async Task SaveWhenIdleAsync(Runtime.DesktopAddress address, Stream file, CancellationToken cancellationToken)
    {
        for (var silent = 0; ;)
        {
            try
            {
                await agent.SaveAsync(address, file, cancellationToken);
                return;
            }
            catch (AgentException e) when (e.IsBusy || (e.IsSilent && ++silent < Attempts))
            {
                await Task.Delay(BusyPoll, time, cancellationToken);
            }
        }
    }
}
