using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Saving;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Stopping;

/// <summary>Saves desktops and removes them.</summary>
internal sealed partial class DesktopStopper(
    DesktopSaver saver,
    DesktopRemover remover,
    BackgroundWork background,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<DesktopStopper> logger)
{
    /// <summary>Begins to stop a desktop. To one that is being stopped already nothing more happens.</summary>
    public void Begin(ManagedDesktop desktop, bool discard)
    {
        // A launch hears of this by itself, undoes what it has made, and lets go of the desktop only then.
        if (desktop.RequestStop("Stopping"))
            background.Run(() => StopAsync(desktop, discard));
    }

    private async Task StopAsync(ManagedDesktop desktop, bool discard)
    {
        await desktop.Exclusive.WaitAsync();
        try
        {
            if (desktop.Current.State.IsOver())
                return;
            var message = discard ? "Stopped without saving." : await SaveAsync(desktop);
            await remover.RemoveAsync(desktop.Id);
            desktop.TryBecome(DesktopState.Stopped, message);
            LogStopped(desktop.Id, message);
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
            await saver.SaveAsync(desktop, deadline.Token);
            return "Stopped. Your work was saved.";
        }
        catch (Exception e)
        {
            // A desktop that cannot save would keep its place forever; what it saved earlier is safe.
            var reason = deadline.IsCancellationRequested
                ? $"Blender did not save within {options.Value.SaveTimeout.TotalSeconds:0} seconds."
                : Failure.Describe(e);
            LogNotSaved(e, desktop.Id, reason);
            var last = desktop.Current.SavedAt is { } at ? $"The last save is of {at:u}." : "There is no earlier save.";
            return $"Stopped, but the last changes could not be saved: {reason} {last}";
        }
    }

    [LoggerMessage(LogLevel.Information, "Desktop {Id}: {Message}")]
    private partial void LogStopped(string id, string message);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} is stopped unsaved: {Reason}")]
    private partial void LogNotSaved(Exception exception, string id, string reason);
}
