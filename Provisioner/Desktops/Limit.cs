using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Provisioner.Desktops;

/// <summary>Counts who has what, and says no in words.</summary>
internal static class Limit
{
    public const string Total = "total";
    public const string PerOwner = "perOwner";
    public const string Memory = "memory";
    public const string Cpu = "cpu";

    // Nobody knows when a person will close a desktop; one that is stopping is gone within half a minute.
    private const int SoonSeconds = 10;
    private const int SometimeSeconds = 60;

    public static Limits Report(IReadOnlyCollection<ManagedDesktop> living, string? owner, int pool, MachineSize? machine, DesktopsOptions options)
    {
        var owned = living.Where(desktop => desktop.Claim.Owner == owner).ToList();
        var (most, narrowest) = Rooms(machine, options).MinBy(room => room.Desktops);
        var available = Math.Max(0, most - living.Count);
        var (limit, blocking) = owned.Count >= options.MaxPerOwner ? (PerOwner, owned)
            : available == 0 ? (narrowest, living)
            : (null, []);
        int? retryAfter = limit is null ? null
            : blocking.Any(desktop => desktop.StopRequested.IsCancellationRequested) ? SoonSeconds
            : SometimeSeconds;
        return new(living.Count, options.Max, available, owner is null ? null : owned.Count, options.MaxPerOwner, pool, limit, retryAfter);
    }

    public static void Check(Limits limits, DesktopsOptions options)
    {
        if (limits.NextLimit is { } limit)
            throw new LimitReachedException(limit, limits, options);
    }

    // A desktop of the pool stands where somebody's may: it goes when its place is needed, and so takes nothing from these.
    private static IEnumerable<(int Desktops, string Limit)> Rooms(MachineSize? machine, DesktopsOptions options)
    {
        yield return (options.Max, Total);
        if (machine is null)
            yield break;
        yield return ((int)(machine.Memory * options.MemoryOversubscription / ByteSize.Parse(options.Memory)), Memory);
        yield return ((int)(machine.Cores * options.CpuOversubscription / Math.Min(options.Cpus, machine.Cores)), Cpu);
    }
}
