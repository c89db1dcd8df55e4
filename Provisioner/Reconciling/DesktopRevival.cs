using System.Globalization;
using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Saving;

namespace GuacAspire.Provisioner.Reconciling;

/// <summary>
/// A Blender that ends comes back by itself, with what it finds in the desktop's memory. Where it finds nothing to go on with, it is given
/// the last save, or else the mesh.
/// </summary>
internal sealed partial class DesktopRevival(
    AgentClient agent, AgentAnswers agents, LaunchFiles files, SaveStore saves, TimeProvider time, ILogger<DesktopRevival> logger)
{
    // A file that Blender cannot bear would end it again and again.
    private const int MaxAttempts = 3;

    // Whose Blender has been well for so long since does not suffer from the file.
    private static readonly TimeSpan Well = TimeSpan.FromMinutes(10);

    // Less than between two rounds.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    // For as long it may be about to go on by itself.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Between the agent's clock and ours lies the way of an answer.
    private static readonly TimeSpan Inexactness = TimeSpan.FromSeconds(3);

    // To a process that has just taken the desktop up, longer ago is history. Where nobody works it is heard of later than elsewhere.
    private static readonly TimeSpan News = AnswerAge.OfLoss + TimeSpan.FromMinutes(1);

    /// <summary>Whether a desktop has lost what it had open. One that does not answer now may be busy with it.</summary>
    public async Task<bool> IsEmptyAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        // Who looks again so soon has been asked to: something has happened.
        var isAgain = desktop.LookedAfterAt is { } last && time.GetElapsedTime(last) < Soon;
        desktop.LookedAfterAt = time.GetTimestamp();
        var heard = await agents.AskAsync(desktop, isAgain ? AnswerAge.None : AnswerAge.OfLoss, cancellationToken);
        var status = heard?.Status;
        TellOfResumption(desktop, heard);
        if (status?.Mesh is not null && desktop.RevivedAt is { } revived && time.GetElapsedTime(revived) > Well)
            (desktop.Revivals, desktop.RevivedAt) = (0, null);
        if (desktop.Revivals >= MaxAttempts || !IsEmpty(status))
            return false;
        await Task.Delay(Patience, time, cancellationToken);
        return IsEmpty((await agents.AskAsync(desktop, AnswerAge.None, cancellationToken))?.Status);
    }

    /// <summary>Opens it again; the caller holds the desktop exclusively.</summary>
    public async Task ReviveAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        var saved = ++desktop.Revivals < MaxAttempts ? saves.Newest(desktop.Claim) : null;
        try
        {
            await using var file = saved is null ? files.Open(desktop.Id) : File.OpenRead(saved.Path);
            var name = saved is null ? desktop.Claim.FileName : Path.ChangeExtension(desktop.Claim.FileName, ".blend");
            await agent.OpenAsync(desktop.Address!, name, file, cancellationToken);
            desktop.IsInDoubt = true;
            desktop.RevivedAt = time.GetTimestamp();
            var message = saved is null
                ? "Blender had ended. It is back, with the mesh as it was at first."
                : string.Create(CultureInfo.InvariantCulture, $"Blender had ended. It is back, with your work as saved at {saved.SavedAt:u}.");
            desktop.TryBecome(DesktopState.Ready, message);
            LogRevived(desktop.Id, message);
        }
        catch (Exception e) when (e is AgentException or IOException && !cancellationToken.IsCancellationRequested)
        {
            GiveUp(desktop, Failure.ForLog(e).Reason);
        }
    }

    /// <summary>Tells whoever works there that what Blender had open is not to be had again by itself.</summary>
    public void GiveUp(ManagedDesktop desktop, string reason)
    {
        desktop.TryBecome(DesktopState.Ready, "Blender had ended. It is back, but what it had open could not be opened again.");
        LogNotRevived(desktop.Id, reason);
    }

    private static bool IsEmpty(AgentStatus? status) => status is { Ready: true, Mesh: null };

    /// <summary>The screen was black for some seconds, and the last strokes may be missing: whoever works there should know why.</summary>
    private void TellOfResumption(ManagedDesktop desktop, HeardStatus? heard)
    {
        if (heard?.Status?.Resumed is not { } seconds)
            return;
        var at = heard.At - (long)(seconds * time.TimestampFrequency);
        var isNews = desktop.ResumedAt is { } known ? time.GetElapsedTime(known, at) > Inexactness : seconds < News.TotalSeconds;
        desktop.ResumedAt = at;
        if (!isNews || desktop.Current.State != DesktopState.Ready)
            return;
        const string message = "Blender had ended. It is back, with what it had kept by itself: the last changes may be missing.";
        desktop.TryBecome(DesktopState.Ready, message);
        LogRevived(desktop.Id, message);
    }

    [LoggerMessage(LogLevel.Warning, "Desktop {Id}: {Message}")]
    private partial void LogRevived(string id, string message);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id}: Blender had ended, and what it had open could not be opened again: {Reason}")]
    private partial void LogNotRevived(string id, string reason);
}
