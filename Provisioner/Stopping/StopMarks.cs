using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Provisioner.Stopping;

/// <summary>Writes down stops that people ask for, beside the desktop itself: whatever happens to us then, nobody gets it back.</summary>
internal sealed partial class StopMarks(IDesktopRuntime runtime, TimeProvider time, ILogger<StopMarks> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Never fails: a desktop is stopped all the same, and only a crash in the middle of that would bring it back.</summary>
    public async Task TryWriteAsync(ManagedDesktop desktop, bool discard)
    {
        // One that is being saved to be stopped may have to be let go of after all: its owner has gone since.
        if (desktop.Current.State.IsOver() || (desktop.StopRequested.IsCancellationRequested && !discard))
            return;
        // What nobody has worked in yet there is no need to save.
        var mark = new StopMark(discard || desktop.Current.State.IsLaunching());
        await TryAsync(desktop.Id, patience => runtime.MarkStopAsync(desktop.Id, mark, patience));
    }

    /// <summary>For a desktop that goes on all the same.</summary>
    public Task TryRemoveAsync(ManagedDesktop desktop) => TryAsync(desktop.Id, patience => runtime.UnmarkStopAsync(desktop.Id, patience));

    private async Task TryAsync(string id, Func<CancellationToken, Task> change)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await change(patience.Token);
        }
        catch (Exception e)
        {
            LogNotWritten(id, Launching.Failure.ForLog(e).Reason);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Whether desktop {Id} is to stop could not be written down: {Reason}")]
    private partial void LogNotWritten(string id, string reason);
}
