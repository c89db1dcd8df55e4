using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Launching;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace GuacAspire.Provisioner.Saving;

/// <summary>Saves desktops by themselves while there is work in them that no save holds.</summary>
internal sealed partial class Checkpoints(
    DesktopRegistry registry,
    AgentAnswers agents,
    DesktopSaver saver,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<Checkpoints> logger) : BackgroundService
{
    // Blender stands still while it writes: not in the middle of somebody's stroke, if there is a pause in time.
    private const double PauseSeconds = 1.5;
    private const int AskedAtOnce = 16;
    private const int SavedAtOnce = 2;

    private static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _age = AnswerAge.OfUnsaved(options.Value);
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly SemaphoreSlim _saving = new(SavedAtOnce, SavedAtOnce);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = options.Value.CheckpointInterval;
        if (interval == TimeSpan.Zero)
            return;
        var tick = interval / 4 < LongestTick ? interval / 4 : LongestTick;
        await Rounds.EveryAsync(tick, time, RunOnceAsync, LogRoundFailed, stoppingToken);
    }

    /// <summary>One round over all desktops whose last save is long ago.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // Whoever is silent keeps nobody else's work from being saved: all are asked side by side, and few write.
            await Rounds.EachAsync(
                registry.List().Where(IsDue),
                AskedAtOnce,
                TryAsync,
                (desktop, e) => LogFailed(e, desktop.Id, e.Message),
                cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        _saving.Dispose();
        base.Dispose();
    }

    private bool IsDue(ManagedDesktop desktop) =>
        desktop.Current.State == DesktopState.Ready && Age(desktop) >= options.Value.CheckpointInterval;

    // Where nobody has ever touched anything there is nothing to be in doubt about.
    private static bool IsUnsaved(ManagedDesktop desktop, AgentStatus status) =>
        status.Unsaved || (desktop.IsInDoubt && status.LastInput is not null);

    private TimeSpan Age(ManagedDesktop desktop)
    {
        // What is still to come was before somebody set the clock back: whatever is shown then is better looked at once more.
        if ((desktop.Current.SavedAt ?? desktop.Current.ReadyAt) > time.GetUtcNow())
            return TimeSpan.MaxValue;
        // Of what an earlier process has done there is no telling how long ago it was.
        var last = Math.Max(desktop.ReadySince ?? long.MinValue, desktop.SaveTriedAt ?? long.MinValue);
        return last == long.MinValue ? TimeSpan.MaxValue : time.GetElapsedTime(last);
    }

    private async Task TryAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        // Whoever holds it saves it, or ends it; the next round comes soon.
        if (!await desktop.Exclusive.WaitAsync(0, cancellationToken))
            return;
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(desktop.StopRequested, cancellationToken);
            AgentStatus? status;
            using (SuppressInstrumentationScope.Begin())
                status = (await agents.AskAsync(desktop, _age, stop.Token))?.Status;
            if (desktop.Current.State != DesktopState.Ready || status is not { Rendering: false, Busy: false })
                return;
            if (!IsUnsaved(desktop, status))
                return;
            if (status.LastInput < PauseSeconds && Age(desktop) < 2 * options.Value.CheckpointInterval)
                return;
            await _saving.WaitAsync(stop.Token);
            try
            {
                await SaveAsync(desktop, stop.Token);
            }
            finally
            {
                _saving.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // A stop saves by itself, and so does the next process.
        }
        finally
        {
            desktop.Exclusive.Release();
        }
    }

    private async Task SaveAsync(ManagedDesktop desktop, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(options.Value.SaveTimeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        try
        {
            await saver.SaveAsync(desktop, isCheckpoint: true, end.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            desktop.SaveTriedAt = time.GetTimestamp();
            desktop.NotSaved($"Blender did not save within {options.Value.SaveTimeout.TotalSeconds:0} seconds.");
            LogFailed(null, desktop.Id, "it took too long");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            desktop.SaveTriedAt = time.GetTimestamp();
            var (reason, trace) = Failure.ForLog(e);
            LogFailed(trace, desktop.Id, reason);
        }
    }

    [LoggerMessage(LogLevel.Error, "The look at unsaved work failed")]
    private partial void LogRoundFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} could not be saved by itself: {Reason}")]
    private partial void LogFailed(Exception? exception, string id, string reason);
}
