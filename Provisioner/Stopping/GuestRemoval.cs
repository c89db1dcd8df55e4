using GuacAspire.Provisioner.Recordings;
using GuacAspire.Provisioner.Saving;

namespace GuacAspire.Provisioner.Stopping;

/// <summary>Removes all that a guest has who is gone, also what is on its way just now.</summary>
internal sealed class GuestRemoval(
    DesktopRegistry registry,
    StopMarks marks,
    DesktopStopper stopper,
    SaveStore saves,
    RecordingCatalogue recordings,
    BackgroundWork background)
{
    public async Task RemoveBelongingsAsync(string guest)
    {
        // First of all: whatever comes later is refused, and whatever came before is found below.
        registry.Departed.Add(guest);
        var desktops = registry.List(guest);
        // Nobody can ever ask for them again, be it after a crash.
        await Task.WhenAll(desktops.Select(desktop => marks.TryWriteAsync(desktop, discard: true)));
        foreach (var desktop in desktops)
            stopper.Begin(desktop, discard: true);
        saves.RemoveAllOf(guest);
        recordings.RemoveAllOf(guest);
        if (desktops.Any(desktop => !desktop.Over.IsCompleted))
            background.Run(() => RemoveRestAsync(guest, desktops));
    }

    /// <summary>A desktop that somebody looks at is recorded until it is gone.</summary>
    private async Task RemoveRestAsync(string guest, IEnumerable<ManagedDesktop> desktops)
    {
        await Task.WhenAll(desktops.Select(desktop => desktop.Over));
        recordings.RemoveAllOf(guest);
    }
}
