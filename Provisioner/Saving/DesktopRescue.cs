using System.Globalization;
using GuacAspire.Provisioner.Agent;

namespace GuacAspire.Provisioner.Saving;

/// <summary>
/// The second way to the work of a desktop whose Blender does not save any more: what Blender itself has left in the desktop's memory, if
/// that is newer than what we have, else the last save.
/// </summary>
internal sealed partial class DesktopRescue(AgentClient agent, SaveStore store, TimeProvider time, ILogger<DesktopRescue> logger)
{
    // With the deadline of the save before it, a stop still ends within half a minute.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(4);

    /// <summary>Says what is safe. Never fails but for our own store, which is no reason to remove the desktop.</summary>
    public async Task<string> TryAsync(ManagedDesktop desktop)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            var saved = await store.AddAsync(
                desktop.Claim, isCheckpoint: true, file => agent.RescueAsync(desktop.Address!, file, deadline.Token));
            desktop.Saved(saved.SavedAt);
            LogRescued(desktop.Id);
            return "What Blender had written by itself shortly before is saved.";
        }
        catch (Exception e) when (e is AgentException or OwnerGoneException or OperationCanceledException)
        {
            LogNothing(desktop.Id, e.Message);
        }

        return store.Newest(desktop.Claim) is { } last
            ? string.Create(CultureInfo.InvariantCulture, $"The last save, of {last.SavedAt:u}, is safe.")
            : "There is no earlier save.";
    }

    [LoggerMessage(LogLevel.Information, "Desktop {Id}: saved what Blender had left behind")]
    private partial void LogRescued(string id);

    [LoggerMessage(LogLevel.Information, "Desktop {Id} has left nothing newer than its last save: {Reason}")]
    private partial void LogNothing(string id, string reason);
}
