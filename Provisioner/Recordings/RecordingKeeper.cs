using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Launching;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Recordings;

/// <summary>
/// Keeps recordings within their bounds: the oldest go, and one that grows beyond its own is ended. It also sees to it that what is
/// to be recorded is, and nothing else.
/// </summary>
internal sealed partial class RecordingKeeper(
    DesktopRegistry registry,
    DesktopRecording recording,
    Recorder recorder,
    RecordingCatalogue catalogue,
    RecordingIndex index,
    RecordingFiles files,
    RecordingMetrics metrics,
    Reconciling.Reconciler reconciler,
    IOptions<RecordingsOptions> options,
    TimeProvider time,
    ILogger<RecordingKeeper> logger) : BackgroundService
{
    // How often a desktop is looked at that should be recorded and is not.
    private const int Attempts = 4;

    private readonly Dictionary<string, int> _silent = [];

    /// <summary>One look at everything.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        // What is new since is the next round's: to look at thousands of folders is most of what a round costs.
        var all = (await catalogue.LearnAsync(cancellationToken)).OrderBy(file => file.LastWrite).ToList();
        var running = await RunningAsync(cancellationToken);
        await BoundEachAsync([.. running.Keys.Select(files.Find).OfType<RecordedFile>()], running);
        await BoundAllAsync(all, running);
        metrics.Saw(catalogue.Tidy().Sum(file => file.Bytes), running.Count);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!files.IsConfigured)
            return;
        // Before that nobody knows whose desktops there are, and what nobody needs is forgotten.
        await reconciler.FirstPass.WaitAsync(stoppingToken);
        await Rounds.EveryAsync(options.Value.Interval, time, RunOnceAsync, e => LogSkipped(Failure.Describe(e)), stoppingToken);
    }

    /// <summary>What is being recorded now, by its id.</summary>
    private async Task<Dictionary<string, ManagedDesktop>> RunningAsync(CancellationToken cancellationToken)
    {
        var running = new Dictionary<string, ManagedDesktop>();
        var ready = registry.List().Where(desktop => desktop.Current.State == DesktopState.Ready);
        var desktops = ready.Where(desktop => index.Find(desktop.Id) is not null).ToList();
        foreach (var gone in _silent.Keys.Except(desktops.Select(desktop => desktop.Id)).ToList())
            _silent.Remove(gone);
        if (desktops.Count == 0)
            return running;
        var open = await recording.TunnelsAsync(cancellationToken);
        await Rounds.EachAsync(
            desktops,
            atOnce: 1,
            async (desktop, token) =>
            {
                string[] tunnels = [.. open[desktop.Connection]];
                string[] recorded = [.. tunnels.Where(tunnel => files.Find(tunnel) is not null)];
                foreach (var id in recorded)
                    running[id] = desktop;
                if (desktop.Current.RecordingSince is null)
                    await recording.EndAsync(recorded, token);
                else
                    await SeeToAsync(desktop, tunnels, recorded.Length > 0, token);
            },
            (desktop, e) => LogNotSeenTo(desktop.Id, Failure.Describe(e)),
            cancellationToken);
        return running;
    }

    /// <summary>A tunnel that opened just before the switch knows nothing of it, and is opened again.</summary>
    private async Task SeeToAsync(ManagedDesktop desktop, string[] tunnels, bool isRecorded, CancellationToken cancellationToken)
    {
        if (isRecorded || tunnels.Length == 0)
        {
            _silent.Remove(desktop.Id);
        }
        else if (_silent.TryAdd(desktop.Id, 1))
        {
            // It may be about to begin; the next round will tell.
        }
        else if (++_silent[desktop.Id] < Attempts)
        {
            await recording.EndAsync(tunnels, cancellationToken);
        }
        else
        {
            _silent.Remove(desktop.Id);
            await StopAsync(desktop, "guacd could not write it; whoever runs this finds the reason in guacd's log.");
        }
    }

    private async Task BoundEachAsync(IReadOnlyList<RecordedFile> growing, Dictionary<string, ManagedDesktop> running)
    {
        var most = ByteSize.Parse(options.Value.MaxBytesPerRecording);
        foreach (var file in growing.Where(file => file.Bytes > most))
            await StopAsync(running[file.Id], $"it had become as large as one may, {ByteSize.Describe(most)}.");
        if (growing.Count == 0 || files.FreeBytes is not { } free || free >= ByteSize.Parse(options.Value.MinFree))
            return;
        foreach (var desktop in running.Values.Distinct())
            await StopAsync(desktop, "the disk is nearly full.");
    }

    private async Task BoundAllAsync(List<RecordedFile> all, Dictionary<string, ManagedDesktop> running)
    {
        var most = ByteSize.Parse(options.Value.MaxBytes);
        var sum = all.Sum(file => file.Bytes);
        var tooOld = time.GetUtcNow() - options.Value.MaxAge;
        foreach (var file in all.Where(file => !running.ContainsKey(file.Id)))
        {
            if (sum <= most && file.LastWrite >= tooOld)
                break;
            if (!TryRemove(file))
                continue;
            sum -= file.Bytes;
            LogRemoved(file.Id, file.Bytes, file.LastWrite);
        }

        if (sum > most && all.Where(file => running.ContainsKey(file.Id)).MaxBy(file => file.Bytes) is { } largest)
            await StopAsync(running[largest.Id], $"all recordings together are as large as they may be, {ByteSize.Describe(most)}.");
    }

    private bool TryRemove(RecordedFile file)
    {
        try
        {
            files.Remove(file.Id);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next oldest has to do.
            LogSkipped(e.Message);
            return false;
        }
    }

    private async Task StopAsync(ManagedDesktop desktop, string reason)
    {
        try
        {
            await recorder.SwitchAsync(desktop, on: false, $"The recording was ended: {reason}");
        }
        catch (ProblemException)
        {
            // It is being stopped, and its recording with it.
        }
        catch (global::Guacamole.Client.GuacamoleException e)
        {
            // The next round tries again.
            LogNotSeenTo(desktop.Id, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Recordings could not be looked after: {Reason}")]
    private partial void LogSkipped(string reason);

    [LoggerMessage(LogLevel.Warning, "The recording of desktop {Id} could not be looked after: {Reason}")]
    private partial void LogNotSeenTo(string id, string reason);

    [LoggerMessage(LogLevel.Information, "Removed recording {Id} of {Bytes} bytes from {LastWrite:u}, for the bounds on recordings")]
    private partial void LogRemoved(string id, long bytes, DateTimeOffset lastWrite);
}
