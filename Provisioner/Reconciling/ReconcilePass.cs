using System.Collections.Concurrent;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Pictures;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Provisioner.Reconciling;

/// <summary>One look at everything: who is there that we do not know, who is gone that we believe in, and what belongs to nobody.</summary>
internal sealed partial class ReconcilePass(
    DesktopRegistry registry,
    IDesktopRuntime runtime,
    DesktopAccess access,
    DesktopAdoption adoption,
    DesktopSupervision supervision,
    OrphanSweep orphans,
    WarmPool warm,
    Studio studio,
    PoolKeeper pool,
    MeshSpool spool,
    TimeProvider time,
    ILogger<ReconcilePass> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (now, lookedAt) = (time.GetUtcNow(), time.GetTimestamp());
        registry.Machine = await runtime.MeasureAsync(cancellationToken);
        var remains = (await runtime.ObserveAsync(cancellationToken)).Where(one => !studio.Holds(one.Id)).ToList();
        var (registrations, fault) = await TryObserveGuacamoleAsync(cancellationToken);

        // Guacamole tells a desktop that was in use from one that was half made; without it nobody is adopted, and nobody undone.
        var unknown = remains.Where(one => one.Claim is not null && !registry.HasKnown(one.Id)).ToList();
        ConcurrentBag<DesktopRemains> notUnderstood = [.. registrations is null ? unknown : []];
        if (registrations is not null)
        {
            await Parallel.ForEachAsync(unknown, AtOnce(cancellationToken), async (one, token) =>
            {
                if (!await TryAdoptAsync(one, registrations, token))
                    notUnderstood.Add(one);
            });
        }

        await pool.ReviewAsync(remains, now, cancellationToken);
        await supervision.RunAsync(remains, registrations, lookedAt, cancellationToken);
        await orphans.SweepAsync(remains, notUnderstood, registrations, lookedAt, cancellationToken);
        spool.Sweep(registry.IsAlive);
        registry.ForgetOld();

        var alive = remains
            .Where(one => one is { Container: not null, HasNetwork: true } && (registry.IsAlive(one.Id) || warm.Holds(one.Id)))
            .Select(one => one.Id).ToList();
        var admitted = alive.Count == 0 ? 0 : await runtime.AdmitGuacdAsync(alive, cancellationToken);
        if (admitted > 0)
            LogAdmitted(admitted);
        if (fault is not null)
            throw fault;
    }

    // Some may have to be waited for, and the others' owners with them.
    private static ParallelOptions AtOnce(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken };

    private async Task<bool> TryAdoptAsync(DesktopRemains one, Registrations registrations, CancellationToken cancellationToken)
    {
        try
        {
            await adoption.AdoptAsync(one, registrations, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not (OperationCanceledException or EngineUnavailableException))
        {
            // One that cannot be understood must not keep all others from being looked after, and is somebody's all the same.
            LogNotAdopted(e, one.Id);
            return false;
        }
    }

    private async Task<(Registrations? Registrations, Exception? Fault)> TryObserveGuacamoleAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await access.ObserveAsync(cancellationToken), null);
        }
        catch (global::Guacamole.Client.GuacamoleException e)
        {
            return (null, e);
        }
    }

    [LoggerMessage(LogLevel.Error, "Desktop {Id} could not be taken up")]
    private partial void LogNotAdopted(Exception exception, string id);

    [LoggerMessage(LogLevel.Information, "Let guacd into the networks of {Count} desktops")]
    private partial void LogAdmitted(int count);
}
