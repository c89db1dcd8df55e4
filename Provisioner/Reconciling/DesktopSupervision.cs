using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Saving;
using GuacAspire.Provisioner.Stopping;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Reconciling;

/// <summary>Looks after the desktops in use: one that has died is reported and cleared away, one that Guacamole has lost is registered again.</summary>
internal sealed partial class DesktopSupervision(
    DesktopRegistry registry,
    IDesktopRuntime runtime,
    LaunchPipeline pipeline,
    DesktopRemover remover,
    DesktopRevival revival,
    SaveStore saves,
    BackgroundWork background,
    IHostApplicationLifetime lifetime,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<DesktopSupervision> logger)
{
    // One that does not answer must not keep the others waiting.
    private const int AtOnce = 16;

    // Whoever asks a dead desktop for something holds it until the answer is overdue, and may ask again at once.
    private static readonly TimeSpan PatienceWithDead = TimeSpan.FromSeconds(5);

    // A repair that takes longer goes on by itself: the others are to be looked after meanwhile.
    private static readonly TimeSpan PatienceWithRepair = TimeSpan.FromSeconds(2);

    /// <param name="remains">What there is.</param>
    /// <param name="registrations">What Guacamole has; null when it does not answer.</param>
    /// <param name="lookedAt">When that was looked at, by the clock that nobody can set: it says nothing about a desktop that became ready later.</param>
    /// <param name="cancellationToken">Ends the round.</param>
    public async Task RunAsync(
        IReadOnlyCollection<DesktopRemains> remains, Registrations? registrations, long lookedAt, CancellationToken cancellationToken)
    {
        var running = remains.Where(one => one.Container == ContainerPhase.Running).Select(one => one.Id).ToHashSet();
        var usable = registry.List().Where(desktop => desktop.Current.State.IsUsable() && desktop.ReadySince < lookedAt);
        await Rounds.EachAsync(
            usable,
            AtOnce,
            (desktop, token) => LookAfterAsync(
                desktop, isDead: !running.Contains(desktop.Id), isLost: registrations?.IsComplete(desktop.Id) == false, token),
            (desktop, e) => LogNotLookedAfter(e, desktop.Id),
            cancellationToken);
    }

    private async Task LookAfterAsync(ManagedDesktop desktop, bool isDead, bool isLost, CancellationToken cancellationToken)
    {
        var isEmpty = !isDead && await revival.IsEmptyAsync(desktop, cancellationToken);
        // Whoever holds it (a save, a stop) is about to notice by itself; the next round comes soon.
        var patience = isDead ? PatienceWithDead : TimeSpan.Zero;
        if ((!isDead && !isLost && !isEmpty) || !await desktop.Exclusive.WaitAsync(patience, cancellationToken))
            return;
        if (!isDead)
        {
            await BeginRepairAsync(desktop, isLost, isEmpty, cancellationToken);
            return;
        }

        try
        {
            if (IsInUse(desktop))
                await BuryAsync(desktop, cancellationToken);
        }
        finally
        {
            desktop.Exclusive.Release();
        }
    }

    private static bool IsInUse(ManagedDesktop desktop) =>
        desktop.Current.State == DesktopState.Ready && !desktop.StopRequested.IsCancellationRequested;

    private async Task BeginRepairAsync(ManagedDesktop desktop, bool isLost, bool isEmpty, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        background.Run(async () =>
        {
            try
            {
                await RepairAsync(desktop, isLost, isEmpty);
            }
            finally
            {
                desktop.Exclusive.Release();
                done.SetResult();
            }
        });
        await Task.WhenAny(done.Task, Task.Delay(PatienceWithRepair, time, cancellationToken));
    }

    /// <summary>Whoever repairs a desktop asks what runs in it, which may never answer: neither a stop nor the next look waits for that.</summary>
    private async Task RepairAsync(ManagedDesktop desktop, bool isLost, bool isEmpty)
    {
        using var deadline = new CancellationTokenSource(options.Value.LaunchTimeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, desktop.StopRequested, lifetime.ApplicationStopping);
        try
        {
            if (isLost && IsInUse(desktop))
                await RestoreAsync(desktop, end.Token);
            if (isEmpty && IsInUse(desktop))
                await revival.ReviveAsync(desktop, end.Token);
        }
        catch (Exception e) when (end.IsCancellationRequested)
        {
            LogGivenUp(desktop.Id, e.Message);
            if (isEmpty && deadline.IsCancellationRequested && IsInUse(desktop))
                revival.GiveUp(desktop, e.Message);
        }
    }

    private async Task BuryAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        var container = await runtime.FindAsync(desktop.Id, cancellationToken);
        if (container?.Phase == ContainerPhase.Running)
            return;
        if (container is not null)
            LogTail(desktop.Id, await runtime.ReadLogTailAsync(desktop.Id, cancellationToken));
        var reason = container is null ? "Its container was removed from outside." : Failure.Describe(container, options.Value.Memory);
        var saved = Failure.Describe(saves.Newest(desktop.Claim));
        await remover.RemoveAsync(desktop.Id);
        desktop.TryBecome(DesktopState.Failed, $"{reason} {saved}");
        LogDied(desktop.Id, reason);
    }

    private async Task RestoreAsync(ManagedDesktop desktop, CancellationToken cancellationToken)
    {
        try
        {
            await pipeline.RegisterAsync(desktop, cancellationToken);
            LogRestored(desktop.Id);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The desktop itself is well; the next round tries again.
            var (reason, trace) = Failure.ForLog(e);
            LogNotRestored(trace, desktop.Id, reason);
        }
    }

    [LoggerMessage(LogLevel.Error, "Desktop {Id} could not be looked after")]
    private partial void LogNotLookedAfter(Exception exception, string id);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} died: {Reason}")]
    private partial void LogDied(string id, string reason);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} ended; its last lines:\n{Tail}")]
    private partial void LogTail(string id, string tail);

    [LoggerMessage(LogLevel.Warning, "The repair of desktop {Id} was given up: {Reason}")]
    private partial void LogGivenUp(string id, string reason);

    [LoggerMessage(LogLevel.Information, "Registered desktop {Id} with Guacamole again")]
    private partial void LogRestored(string id);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} is lost to Guacamole and could not be registered again: {Reason}")]
    private partial void LogNotRestored(Exception? exception, string id, string reason);
}
