using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Saving;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Stopping;

/// <summary>Saves desktops and removes them. One whose work could be saved but for our own disk is kept.</summary>
internal sealed partial class DesktopStopper(
    DesktopSaver saver,
    DesktopRescue rescue,
    DesktopRemover remover,
    StopMarks marks,
    BackgroundWork background,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<DesktopStopper> logger)
{
    /// <summary>Begins to stop a desktop. To one that is being stopped already nothing more happens.</summary>
    /// <param name="desktop">Which one.</param>
    /// <param name="discard">Whether to let go of what is not saved.</param>
    /// <param name="why">Says why, where its owner has not asked for it.</param>
    public bool Begin(ManagedDesktop desktop, bool discard, string? why = null)
    {
        // A launch hears of this by itself, undoes what it has made, and lets go of the desktop only then.
        if (!desktop.RequestStop(why ?? "Stopping"))
            return false;
        background.Run(() => StopAsync(desktop, discard, why));
        return true;
    }

    private async Task StopAsync(ManagedDesktop desktop, bool discard, string? why)
    {
        await desktop.Exclusive.WaitAsync();
        try
        {
            if (desktop.Current.State.IsOver())
                return;
            // One that is not ready and that nobody launches is still being admitted: nobody has worked in it, whatever its Blender holds.
            var ending = desktop.Current.State.IsLaunching() ? "Stopped before it was ready."
                : discard ? "Stopped without saving."
                : await SaveAsync(desktop);
            var message = why is null ? ending : $"{why} {ending}";
            await remover.RemoveAsync(desktop.Id);
            desktop.TryBecome(DesktopState.Stopped, message);
            LogStopped(desktop.Id, message);
        }
        catch (StoreException e)
        {
            // What is in Blender is all there is of the work.
            await marks.TryRemoveAsync(desktop);
            desktop.Keep($"Not stopped, since your work could not be saved. {e.Message}");
            LogKept(desktop.Id, e.InnerException?.Message ?? e.Message);
        }
        finally
        {
            desktop.Exclusive.Release();
        }
    }

    private async Task<string> SaveAsync(ManagedDesktop desktop)
    {
        desktop.TryBecome(DesktopState.Saving, "Saving your work");
        using var deadline = new CancellationTokenSource(options.Value.SaveTimeout, time);
        try
        {
            await saver.SaveAsync(desktop, isCheckpoint: false, deadline.Token);
            return "Stopped. Your work was saved.";
        }
        catch (OwnerGoneException)
        {
            return "Stopped without saving, since its owner is gone.";
        }
        catch (Exception e) when (e is not StoreException)
        {
            // A desktop that cannot save would keep its place forever.
            var reason = deadline.IsCancellationRequested
                ? $"Blender did not save within {options.Value.SaveTimeout.TotalSeconds:0} seconds."
                : Failure.Describe(e);
            LogNotSaved(deadline.IsCancellationRequested ? null : Failure.ForLog(e).Trace, desktop.Id, reason);
            var rescued = await rescue.TryAsync(desktop);
            desktop.NotSaved(reason);
            return $"Stopped, but the last changes could not be saved: {reason} {rescued}";
        }
    }

    [LoggerMessage(LogLevel.Information, "Desktop {Id}: {Message}")]
    private partial void LogStopped(string id, string message);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} is stopped unsaved: {Reason}")]
    private partial void LogNotSaved(Exception? exception, string id, string reason);

    [LoggerMessage(LogLevel.Error, "Desktop {Id} is not stopped, since its work cannot be stored: {Reason}")]
    private partial void LogKept(string id, string reason);
}
