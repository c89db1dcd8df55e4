using System.Collections.Concurrent;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Pictures;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Provisioner.Reconciling;

/// <summary>One look at everything: who is there that we do not know, who is gone that we believe in, and what belongs to nobody.</summary>
internal sealed partial class ReconcilePass(
    DesktopRegistry registry,
    IDesktopRuntime runtime,
    DesktopAccess access,
    DesktopAdoption adoption,
    DesktopSupervision supervision,
    OrphanSweep orphans,
    GuestAccounts guests,
    WarmPool warm,
    Studio studio,
    PoolKeeper pool,
    LaunchFiles files,
    TimeProvider time,
    ILogger<ReconcilePass> logger)
{
    // Some may have to be waited for, and the others' owners with them.
    private const int AtOnce = 8;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var lookedAt = time.GetTimestamp();
        registry.Machine = await runtime.MeasureAsync(cancellationToken);
        var remains = (await runtime.ObserveAsync(cancellationToken)).Where(one => !studio.Holds(one.Id)).ToList();
        var (registrations, fault) = await TryObserveGuacamoleAsync(cancellationToken);

        // Guacamole tells a desktop that was in use from one that was half made; without it nobody is adopted, and nobody undone.
        var unknown = remains.Where(one => one.Claim is not null && !registry.HasKnown(one.Id)).ToList();
        registry.Await(unknown.Select(one => one.Id));
        var notUnderstood = registrations is null ? unknown : await AdoptAsync(unknown, registrations, cancellationToken);
        registry.Await(notUnderstood.Select(one => one.Id));

        await pool.ReviewAsync(remains, lookedAt, cancellationToken);
        await supervision.RunAsync(remains, registrations, lookedAt, cancellationToken);
        if (registrations is not null)
            await guests.RenewAsync(registrations.Users, Owners(), cancellationToken);
        await orphans.SweepAsync(remains, notUnderstood, registrations, lookedAt, cancellationToken);
        files.Sweep(registry.IsNeeded);
        registry.ForgetOld();
        registry.ForgetFormer(remains.Select(one => one.Id).ToHashSet(), lookedAt);

        var living = remains
            .Where(one => one is { Container: not null, HasNetwork: true } && (registry.IsLiving(one.Id) || warm.Holds(one.Id)))
            .Select(one => one.Id).ToList();
        var admitted = living.Count == 0 ? 0 : await runtime.AdmitGuacdAsync(living, cancellationToken);
        if (admitted > 0)
            LogAdmitted(admitted);
        if (fault is not null)
            throw fault;
    }

    /// <summary>
    /// Takes up what an earlier process has left; answers with those that could not be, which are somebody's all the same.
    /// </summary>
    private async Task<IReadOnlyCollection<DesktopRemains>> AdoptAsync(
        IReadOnlyCollection<DesktopRemains> unknown, Registrations registrations, CancellationToken cancellationToken)
    {
        ConcurrentBag<DesktopRemains> notUnderstood = [];
        EngineUnavailableException? away = null;
        await Rounds.EachAsync(
            unknown,
            AtOnce,
            (one, token) => adoption.AdoptAsync(one, registrations, token),
            (one, e) =>
            {
                // That is nobody's own fault: without the engine nothing can be said of anybody.
                if (e is EngineUnavailableException unavailable)
                    away = unavailable;
                else
                    LogNotAdopted(e, one.Id);
                notUnderstood.Add(one);
            },
            cancellationToken);
        return away is null ? notUnderstood : throw away;
    }

    /// <summary>Those who have desktops now.</summary>
    private IEnumerable<string> Owners() =>
        registry.List().Where(desktop => !desktop.Current.State.IsOver()).Select(desktop => desktop.Claim.Owner);

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
