using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Saving;
using GuacAspire.Provisioner.Stopping;
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
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<DesktopSupervision> logger)
{
    // Whoever asks a dead desktop for something holds it until the answer is overdue, and may ask again at once.
    private static readonly TimeSpan PatienceWithDead = TimeSpan.FromSeconds(5);

    /// <param name="remains">What there is.</param>
    /// <param name="registrations">What Guacamole has; null when it does not answer.</param>
    /// <param name="lookedAt">When that was looked at: it says nothing about a desktop that became ready later.</param>
    /// <param name="cancellationToken">Ends the round.</param>
    public async Task RunAsync(
        IReadOnlyCollection<DesktopRemains> remains, Registrations? registrations, DateTimeOffset lookedAt, CancellationToken cancellationToken)
    {
        var running = remains.Where(one => one.Container == ContainerPhase.Running).Select(one => one.Id).ToHashSet();
        var usable = registry.List().Where(desktop => desktop.Current.State.IsUsable() && desktop.Current.ReadyAt < lookedAt);
        await Parallel.ForEachAsync(usable, AtOnce(cancellationToken), async (desktop, token) =>
            await LookAfterAsync(desktop, isDead: !running.Contains(desktop.Id), isLost: registrations?.IsComplete(desktop.Id) == false, token));
    }

    // One that does not answer must not keep the others waiting.
    private static ParallelOptions AtOnce(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken };

    private async Task LookAfterAsync(ManagedDesktop desktop, bool isDead, bool isLost, CancellationToken cancellationToken)
    {
        var isEmpty = !isDead && await revival.IsEmptyAsync(desktop, cancellationToken);
        // Whoever holds it (a save, a stop) is about to notice by itself; the next round comes soon.
        var patience = isDead ? PatienceWithDead : TimeSpan.Zero;
        if ((!isDead && !isLost && !isEmpty) || !await desktop.Exclusive.WaitAsync(patience, cancellationToken))
            return;
        try
        {
            if (desktop.Current.State != DesktopState.Ready || desktop.StopRequested.IsCancellationRequested)
                return;
            if (isDead)
            {
                await BuryAsync(desktop, cancellationToken);
                return;
            }

            // A desktop that takes a question and never answers must hold up neither the round nor its own end.
            using var deadline = new CancellationTokenSource(options.Value.LaunchTimeout, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, desktop.StopRequested, cancellationToken);
            if (isLost)
                await RestoreAsync(desktop, end.Token, cancellationToken);
            if (isEmpty)
                await revival.ReviveAsync(desktop, end.Token);
        }
        finally
        {
            desktop.Exclusive.Release();
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

    private async Task RestoreAsync(ManagedDesktop desktop, CancellationToken end, CancellationToken cancellationToken)
    {
        try
        {
            await pipeline.RegisterAsync(desktop, end);
            LogRestored(desktop.Id);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The desktop itself is well; the next round tries again.
            var (reason, trace) = Failure.ForLog(e);
            LogNotRestored(trace, desktop.Id, reason);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} died: {Reason}")]
    private partial void LogDied(string id, string reason);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} ended; its last lines:\n{Tail}")]
    private partial void LogTail(string id, string tail);

    [LoggerMessage(LogLevel.Information, "Registered desktop {Id} with Guacamole again")]
    private partial void LogRestored(string id);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} is lost to Guacamole and could not be registered again: {Reason}")]
    private partial void LogNotRestored(Exception? exception, string id, string reason);
}
