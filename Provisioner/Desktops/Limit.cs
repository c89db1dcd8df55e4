namespace GuacAspire.Provisioner.Desktops;

/// <summary>Counts who has what, and says no in words.</summary>
internal static class Limit
{
    public const string Total = "total";
    public const string PerOwner = "perOwner";

    // Nobody knows when a person will close a desktop; one that is stopping is gone within half a minute.
    private const int SoonSeconds = 10;
    private const int SometimeSeconds = 60;

    public static Limits Report(IReadOnlyCollection<ManagedDesktop> living, string? owner, int pool, DesktopsOptions options)
    {
        var owned = living.Where(desktop => desktop.Claim.Owner == owner).ToList();
        var available = Math.Max(0, options.Max - living.Count);
        var (limit, blocking) = owned.Count >= options.MaxPerOwner ? (PerOwner, owned)
            : available == 0 ? (Total, living)
            : (null, []);
        int? retryAfter = limit is null ? null
            : blocking.Any(desktop => desktop.StopRequested.IsCancellationRequested) ? SoonSeconds
            : SometimeSeconds;
        return new(living.Count, options.Max, available, owner is null ? null : owned.Count, options.MaxPerOwner, pool, limit, retryAfter);
    }

    public static void Check(Limits limits)
    {
        if (limits.NextLimit is { } limit)
            throw new LimitReachedException(limit, limits);
    }
}
