using System.Diagnostics;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Stopping;
using GuacAspire.Provisioner.Telemetry;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Launching;

/// <summary>
/// Takes a launch from its admission to a desktop that is ready, or to nothing at all: whatever goes wrong on the way, what had been
/// made is unmade and the desktop says why.
/// </summary>
internal sealed partial class DesktopLauncher(
    DesktopRegistry registry,
    LaunchPipeline pipeline,
    LaunchFiles files,
    IDesktopRuntime runtime,
    DesktopAccess access,
    DesktopRemover remover,
    PoolKeeper pool,
    BackgroundWork background,
    ProvisionerMetrics metrics,
    IHostApplicationLifetime lifetime,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<DesktopLauncher> logger)
{
    /// <summary>Admits a launch and lets it go on in the background, or finds the one that is under way already.</summary>
    /// <param name="request">What is to be launched.</param>
    /// <param name="mesh">The mesh, or the work that is to be gone on with.</param>
    /// <param name="notice">What its owner should know of what is opened; null for nothing.</param>
    /// <param name="cancellationToken">Ends it while it is not admitted yet.</param>
    public async Task<Desktop> BeginAsync(LaunchRequest request, Stream mesh, string? notice, CancellationToken cancellationToken)
    {
        var (desktop, isNew) = registry.Admit(request);
        while (!isNew)
        {
            // Whoever came first may hang up before it is sure: what is then undone nobody else must have been promised.
            if (await desktop.Admission.WaitAsync(cancellationToken))
                return desktop.Current;
            (desktop, isNew) = registry.Admit(request);
        }

        // Ends with the launch, long after the request that it belongs to.
        var activity = Tracing.Source.StartActivity("desktop.launch");
        activity?.SetTag(Tracing.DesktopId, desktop.Id);
        desktop.Enter(LaunchStep.Admit);
        var claiming = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var admission = AdmitAsync(desktop, request, mesh, notice, activity, claiming, cancellationToken);
        // Whoever hangs up before ends it by that. After it there is a desktop all the same: what was claimed half nobody could use.
        await Task.WhenAny(admission, claiming.Task);
        return await admission.WaitAsync(cancellationToken);
    }

    /// <summary>Goes on with a launch that an earlier process had begun.</summary>
    public void Resume(ManagedDesktop desktop)
    {
        // Somebody has asked for it, and not the round that has found it.
        var round = Activity.Current;
        Activity.Current = null;
        var activity = Tracing.Source.StartActivity("desktop.launch");
        activity?.SetTag(Tracing.DesktopId, desktop.Id);
        background.Run(() => RunAsync(desktop, activity));
        Activity.Current = round;
    }

    private async Task<Desktop> AdmitAsync(
        ManagedDesktop desktop, LaunchRequest request, Stream mesh, string? notice, Activity? activity, TaskCompletionSource claiming,
        CancellationToken cancellationToken)
    {
        try
        {
            await Tracing.SpanAsync("admit", async () =>
            {
                // A launch that could only fail later is better refused now, in words, and while the pool has lost nothing by it.
                await Task.WhenAll(
                    files.WriteAsync(desktop.Id, mesh, request.Resume is null ? options.Value.MaxMeshBytes : null, cancellationToken),
                    access.ProbeAsync(cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
                claiming.SetResult();
                while (!await Tracing.SpanAsync("claim", () => runtime.ClaimAsync(desktop.Claim, CancellationToken.None)))
                    Replace(ref desktop, request);
            });
            activity?.SetTag(Tracing.DesktopId, desktop.Id);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            activity?.Dispose();
            desktop.TryBecome(DesktopState.Failed, Failure.Describe(e));
            await LetGoAsync(desktop, claiming.Task.IsCompleted, e);
            desktop.Admit(isAdmitted: false);
            throw;
        }

        desktop.Notify(notice);
        desktop.Admit(isAdmitted: true);
        background.Run(() => RunAsync(desktop, activity));
        return desktop.Current;
    }

    private async Task LetGoAsync(ManagedDesktop desktop, bool isClaiming, Exception why)
    {
        if (!isClaiming)
        {
            files.Delete(desktop.Id);
            registry.GiveBack(desktop);
            pool.Poke();
            return;
        }

        // Of an engine that is away nothing can be removed; what it may have made is nobody's, and goes when it is back. One of the pool
        // that was not claimed stands there again then.
        if (why is EngineUnavailableException || desktop.IsWarm)
            files.Delete(desktop.Id);
        else
            await remover.RemoveAsync(desktop.Id);
        registry.Forget(desktop);
    }

    /// <summary>Another process was quicker; the pool's next desktop, or a new one, does as well. The first is that process' from then on.</summary>
    private void Replace(ref ManagedDesktop desktop, LaunchRequest request)
    {
        var lost = desktop;
        LogLost(lost.Id);
        desktop = registry.Replace(lost, request);
        lost.Admit(isAdmitted: false);
        files.Move(lost.Id, desktop.Id);
        desktop.Enter(LaunchStep.Admit);
    }

    private async Task RunAsync(ManagedDesktop desktop, Activity? activity)
    {
        using var deadline = new CancellationTokenSource(options.Value.LaunchTimeout, time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token, desktop.StopRequested, lifetime.ApplicationStopping);
        var began = time.GetTimestamp();
        var outcome = "ready";
        await desktop.Exclusive.WaitAsync(CancellationToken.None);
        try
        {
            await pipeline.RunAsync(desktop, cancellation.Token);
            if (!desktop.TryBecomeReady("Ready"))
                throw new OperationCanceledException(desktop.StopRequested);
            LogReady(desktop.Id, time.GetElapsedTime(began).TotalSeconds);
        }
        catch (Exception) when (lifetime.ApplicationStopping.IsCancellationRequested && !desktop.StopRequested.IsCancellationRequested)
        {
            // Neither undone nor failed: the next process finds the claim and goes on.
            outcome = "interrupted";
        }
        catch (Exception) when (desktop.StopRequested.IsCancellationRequested)
        {
            outcome = "cancelled";
            NoteWaste(desktop);
            await remover.RemoveAsync(desktop.Id);
            desktop.TryBecome(DesktopState.Stopped, "Stopped before it was ready.");
        }
        catch (Exception e)
        {
            outcome = "failed";
            NoteWaste(desktop);
            var message = await ExplainAsync(desktop, e, deadline.IsCancellationRequested);
            activity?.SetStatus(ActivityStatusCode.Error, message);
            var (reason, trace) = Failure.ForLog(e);
            LogFailed(
                deadline.IsCancellationRequested ? null : trace, desktop.Id, desktop.Current.Step, message == Failure.Describe(e) ? reason : message);
            await remover.RemoveAsync(desktop.Id);
            desktop.TryBecome(DesktopState.Failed, message);
        }
        finally
        {
            desktop.Exclusive.Release();
            metrics.LaunchTook(time.GetElapsedTime(began), desktop.IsWarm, outcome);
            pool.Poke();
            activity?.SetTag("guacaspire.outcome", outcome);
            activity?.Dispose();
        }
    }

    private void NoteWaste(ManagedDesktop desktop)
    {
        if (desktop.IsWarm)
            registry.Allowance.Note(desktop.Claim.Owner);
    }

    private async Task<string> ExplainAsync(ManagedDesktop desktop, Exception e, bool isLate)
    {
        try
        {
            // A container that is dead explains more than the call that noticed it.
            if (await runtime.FindAsync(desktop.Id, CancellationToken.None) is { Phase: ContainerPhase.Ended } container)
            {
                LogTail(desktop.Id, await runtime.ReadLogTailAsync(desktop.Id, CancellationToken.None));
                return Failure.Describe(container, options.Value.Memory);
            }
        }
        catch (Exception unknown) when (unknown is not OutOfMemoryException)
        {
            // The first error is the one to tell.
        }

        return isLate
            ? $"It was not ready after {options.Value.LaunchTimeout.TotalSeconds:0} seconds (step: {desktop.Current.Step}). The machine may be very busy; try again."
            : Failure.Describe(e);
    }

    [LoggerMessage(LogLevel.Information, "Desktop {Id} is ready after {Seconds:0.00} s")]
    private partial void LogReady(string id, double seconds);

    [LoggerMessage(LogLevel.Information, "Desktop {Id} of the pool was claimed by somebody else")]
    private partial void LogLost(string id);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} failed in step {Step}: {Reason}")]
    private partial void LogFailed(Exception? exception, string id, string? step, string reason);

    [LoggerMessage(LogLevel.Warning, "Desktop {Id} ended; its last lines:\n{Tail}")]
    private partial void LogTail(string id, string tail);
}
