using Guacamole.Client;
using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Draining;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Reconciling;
using GuacAspire.Provisioner.Saving;
using GuacAspire.Provisioner.Stopping;
using GuacAspire.Provisioner.Telemetry;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Culling;

/// <summary>Saves and stops desktops that nobody uses, that are too old, or whose owner is gone. Each owner is warned before.</summary>
internal sealed partial class DesktopCuller(
    DesktopRegistry registry,
    ActivityReader activity,
    Attendance attendance,
    DesktopStopper stopper,
    SaveRetention retention,
    GuestAccounts guests,
    Reconciler reconciler,
    DrainSwitch drain,
    ProvisionerMetrics metrics,
    IOptions<DesktopsOptions> options,
    TimeProvider time,
    ILogger<DesktopCuller> logger) : BackgroundService
{
    // One that does not answer must not keep the others waiting.
    private const int AtOnce = 16;

    private static readonly TimeSpan RetentionInterval = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Lease> _leases = [];
    private readonly Lock _lock = new();
    private readonly SteadyClock _clock = new(time);
    private long? _sweptAt;
    private string? _fault;

    /// <summary>Counts as a use of the desktop: its owner wants it to stay.</summary>
    public Desktop Stay(ManagedDesktop desktop)
    {
        lock (_lock)
        {
            var now = _clock.Now;
            var lease = LeaseOf(desktop);
            lease.InUse(now);
            // It may well be that nobody looks at it at this moment: its time begins anew.
            lease.NotInUse(null);
            Tell(desktop, lease.At(now));
        }

        return desktop.Current;
    }

    /// <summary>Says to everybody how long they have, as far as that is known without a look.</summary>
    public void TellAll()
    {
        lock (_lock)
        {
            foreach (var desktop in registry.List().Where(desktop => desktop.Current.State.IsUsable()))
                Tell(desktop, LeaseOf(desktop).At(_clock.Now));
        }
    }

    /// <summary>One look at all desktops.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var lookedAt = time.GetTimestamp();
        var audience = await TryReadAudienceAsync(cancellationToken);
        attendance.Note(audience?.ConnectionsInUse, lookedAt);
        var desktops = registry.List();
        // Those that are pending have a deadline of their own, those that are busy are looked at when they are done.
        await Rounds.EachAsync(
            desktops.Where(IsFree),
            AtOnce,
            (desktop, token) => ReviewAsync(desktop, audience, lookedAt, token),
            (desktop, e) => LogNotReviewed(e, desktop.Id),
            cancellationToken);

        lock (_lock)
        {
            foreach (var id in _leases.Keys.Except(desktops.Select(desktop => desktop.Id)).ToList())
                _leases.Remove(id);
        }

        if (_sweptAt is { } swept && time.GetElapsedTime(swept, lookedAt) < RetentionInterval)
            return;
        _sweptAt = lookedAt;
        retention.Sweep(owner => audience is not null && IsGone(owner, audience));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await reconciler.FirstPass.WaitAsync(stoppingToken);
        await Rounds.AtOnceAndEveryAsync(options.Value.CullInterval, time, RunOnceAsync, LogFailed, stoppingToken);
    }

    private static bool IsFree(ManagedDesktop desktop) =>
        desktop.Current.State == DesktopState.Ready && desktop.Exclusive.CurrentCount > 0 && !desktop.StopRequested.IsCancellationRequested;

    private async Task ReviewAsync(ManagedDesktop desktop, Audience? audience, long lookedAt, CancellationToken cancellationToken)
    {
        if (audience is not null && desktop.Since < lookedAt && IsGone(desktop.Claim.Owner, audience))
        {
            Cull(desktop, CullReason.OwnerGone, "Its owner's account is gone.");
            return;
        }

        // What was known a moment ago is good enough to let it be; before it is warned of its end it is asked.
        if (!TryJudge(desktop, await activity.ReadAsync(desktop, audience, AnswerAge.OfActivity, cancellationToken), out var term))
            TryJudge(desktop, await activity.ReadAsync(desktop, audience, AnswerAge.None, cancellationToken), out term);
        if (term.IsOver)
            Cull(desktop, term.Warning!, Words(term.Warning!));
    }

    /// <returns>False when its end is near, as far as is known from an answer that is not fresh.</returns>
    private bool TryJudge(ManagedDesktop desktop, Activity seen, out Term term)
    {
        lock (_lock)
        {
            var now = _clock.Now;
            var lease = LeaseOf(desktop);
            if (seen.InUse)
                lease.InUse(now);
            else
                lease.NotInUse(now - seen.SinceInput);
            term = Term.Unknown;
            if (!seen.IsFresh && lease.IsNearItsEnd(now))
                return false;
            Tell(desktop, term = lease.At(now));
            if (term.IsOver)
                lease.Postpone(now + options.Value.SaveWarning);
            return true;
        }
    }

    private void Cull(ManagedDesktop desktop, string reason, string words)
    {
        if (!stopper.Begin(desktop, discard: false, words))
            return;
        metrics.Culled(reason);
        LogCulled(desktop.Id, reason);
    }

    private string Words(string reason) => reason == CullReason.Idle
        ? $"Nobody had used it for {Duration(options.Value.IdleTimeout)}."
        : $"It was {Duration(options.Value.MaxLifetime)} old, and no desktop gets older.";

    private static string Duration(TimeSpan span) => span switch
    {
        { TotalHours: >= 2 } => $"{span.TotalHours:0.#} hours",
        { TotalMinutes: >= 2 } => $"{span.TotalMinutes:0.#} minutes",
        _ => $"{span.TotalSeconds:0} seconds",
    };

    private void Tell(ManagedDesktop desktop, Term term)
    {
        var bound = drain.Bound(term with { ExpiresAt = _clock.Shown(term.ExpiresAt), IdleSince = _clock.Shown(term.IdleSince) });
        desktop.Expires(bound.ExpiresAt, bound.IdleSince, bound.Warning);
    }

    private Lease LeaseOf(ManagedDesktop desktop)
    {
        if (!_leases.TryGetValue(desktop.Id, out var lease))
        {
            // When exactly one became ready that an earlier process has made nobody knows; it was soon after it was asked for.
            var ready = desktop.ReadySince is { } since and > long.MinValue ? since : desktop.Since;
            _leases[desktop.Id] = lease = new(_clock.At(desktop.Since), _clock.At(ready), options.Value);
        }

        return lease;
    }

    // Other accounts may live in other places than the one that we can look into.
    private bool IsGone(string owner, Audience audience) => guests.IsOwn(owner) && !audience.Users.Contains(owner);

    private async Task<Audience?> TryReadAudienceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var audience = await activity.ReadAudienceAsync(cancellationToken);
            _fault = null;
            return audience;
        }
        catch (GuacamoleException e)
        {
            if (_fault != e.Message)
                LogBlind(e.Message);
            _fault = e.Message;
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "Desktop {Id} is culled: {Reason}")]
    private partial void LogCulled(string id, string reason);

    [LoggerMessage(LogLevel.Warning, "Nobody knows who looks at desktops now: {Reason}")]
    private partial void LogBlind(string reason);

    [LoggerMessage(LogLevel.Error, "Whether anybody uses desktop {Id} could not be found out")]
    private partial void LogNotReviewed(Exception exception, string id);

    [LoggerMessage(LogLevel.Error, "The look at idle desktops failed")]
    private partial void LogFailed(Exception exception);
}
