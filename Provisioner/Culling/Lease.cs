namespace GuacAspire.Provisioner.Culling;

/// <summary>Why a desktop is stopped without anybody asking for it.</summary>
internal static class CullReason
{
    public const string Idle = "idle";
    public const string MaxLifetime = "maxLifetime";
    public const string OwnerGone = "ownerGone";
    public const string Drain = "drain";
}

/// <summary>How long a desktop still has.</summary>
/// <param name="ExpiresAt">When it will be stopped, as things are; null for never.</param>
/// <param name="IdleSince">Since when nobody has used it; null while somebody does.</param>
/// <param name="Warning">Why its end is near; null when it is not.</param>
/// <param name="IsOver">Whether the end has come.</param>
internal sealed record Term(DateTimeOffset? ExpiresAt, DateTimeOffset? IdleSince, string? Warning, bool IsOver)
{
    /// <summary>Of a desktop of which nobody has judged yet.</summary>
    public static Term Unknown { get; } = new(null, null, null, IsOver: false);
}

/// <summary>
/// Counts a desktop's time. What is not known is no activity: it falls back to what was known before, and in the end to when the desktop
/// was ready. Nobody's time is over before the warning has stood for its whole length, whatever this process has slept through.
/// </summary>
internal sealed class Lease(DateTimeOffset createdAt, DateTimeOffset readyAt, DesktopsOptions options)
{
    // Idle times come rounded; what differs by less is the same moment, and no news.
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(1);

    private DateTimeOffset _lastActive = readyAt;
    private bool _inUse;
    private DateTimeOffset? _warnedAt;
    private DateTimeOffset? _postponedTo;

    /// <summary>Somebody uses it at this moment.</summary>
    public void InUse(DateTimeOffset now) => (_lastActive, _inUse) = (now, true);

    /// <summary>Nobody uses it at this moment, as far as anybody knows; somebody may have since the last look.</summary>
    public void NotInUse(DateTimeOffset? lastInput)
    {
        _inUse = false;
        if (lastInput > _lastActive + Precision)
            _lastActive = lastInput.Value;
    }

    /// <summary>Gives it more time, though its time is over: it could not be stopped.</summary>
    public void Postpone(DateTimeOffset to) => _postponedTo = to;

    /// <summary>Whether its end is so near that its owner is to be warned.</summary>
    public bool IsNearItsEnd(DateTimeOffset now) => IsNear(End().At, now);

    public Term At(DateTimeOffset now)
    {
        var (end, reason) = End();
        DateTimeOffset? idleSince = _inUse ? null : _lastActive;
        if (end is null || !IsNear(end, now))
        {
            _warnedAt = null;
            return new(end, idleSince, null, IsOver: false);
        }

        _warnedAt ??= now;
        var after = _warnedAt + options.SaveWarning;
        var expiresAt = after > end ? after : end;
        return new(expiresAt, idleSince, reason, now >= expiresAt && !(now < _postponedTo));
    }

    private bool IsNear(DateTimeOffset? end, DateTimeOffset now) => now >= end - options.SaveWarning;

    private (DateTimeOffset? At, string? Reason) End()
    {
        DateTimeOffset? age = options.MaxLifetime > TimeSpan.Zero ? createdAt + options.MaxLifetime : null;
        DateTimeOffset? idle = options.IdleTimeout > TimeSpan.Zero && !_inUse ? _lastActive + options.IdleTimeout : null;
        return idle is null || age <= idle ? (age, CullReason.MaxLifetime) : (idle, CullReason.Idle);
    }
}
