using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Launching;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace GuacAspire.Provisioner.Saving;

/// <summary>Saves desktops by themselves while there is work in them that no save holds.</summary>
internal sealed partial class Checkpoints(
    DesktopRegistry registry,
    AgentClient agent,
    DesktopSaver saver,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<Checkpoints> logger) : BackgroundService
{
    // Blender stands still while it writes: not in the middle of somebody's stroke, if there is a pause in time.
    private const double PauseSeconds = 1.5;
    private const int AtOnce = 2;

    private static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1, 1);

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
            await Parallel.ForEachAsync(
                registry.List().Where(IsDue),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (desktop, _) => await TryAsync(desktop, cancellationToken));
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    private bool IsDue(ManagedDesktop desktop) =>
        desktop.Current.State == DesktopState.Ready && Age(desktop) >= options.Value.CheckpointInterval;

    // Where nobody has ever touched anything there is nothing to be in doubt about.
    private static bool IsUnsaved(ManagedDesktop desktop, AgentStatus status) =>
        status.Unsaved || (desktop.IsInDoubt && status.LastInput is not null);

    private TimeSpan Age(ManagedDesktop desktop)
    {
        var now = time.GetUtcNow();
        // What is still to come was before somebody set the clock back, nobody knows how long.
        var last = new[] { desktop.Current.ReadyAt, desktop.Current.SavedAt, desktop.CheckpointTriedAt }.Where(at => at <= now).Max();
        return last is { } known ? now - known : TimeSpan.MaxValue;
    }

    private async Task TryAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        // Whoever holds it saves it, or ends it; the next round comes soon.
        if (desktop.Address is not { } address || !await desktop.Exclusive.WaitAsync(0, cancellationToken))
            return;
        try
        {
            using var deadline = new CancellationTokenSource(options.Value.SaveTimeout, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, desktop.StopRequested, cancellationToken);
            AgentStatus? status;
            using (SuppressInstrumentationScope.Begin())
                status = await agent.TryGetStatusAsync(address, end.Token);
            if (desktop.Current.State != DesktopState.Ready || status is not { Rendering: false, Busy: false })
                return;
            if (!IsUnsaved(desktop, status))
                return;
            if (status.LastInput < PauseSeconds && Age(desktop) < 2 * options.Value.CheckpointInterval)
                return;
            await SaveAsync(desktop, deadline.Token, end.Token);
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

    private async Task SaveAsync(ManagedDesktop desktop, CancellationToken deadline, CancellationToken end)
    {
        try
        {
            await saver.SaveAsync(desktop, isCheckpoint: true, end);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            desktop.CheckpointTriedAt = time.GetUtcNow();
            desktop.NotSaved($"Blender did not save within {options.Value.SaveTimeout.TotalSeconds:0} seconds.");
            LogFailed(null, desktop.Id, "it took too long");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            desktop.CheckpointTriedAt = time.GetUtcNow();
            var (reason, trace) = Failure.ForLog(e);
            LogFailed(trace, desktop.Id, reason);
        }
    }

    [LoggerMessage(LogLevel.Error, "The look at unsaved work failed")]
    private partial void LogRoundFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} could not be saved by itself: {Reason}")]
    private partial void LogFailed(Exception? exception, string id, string reason);
}
