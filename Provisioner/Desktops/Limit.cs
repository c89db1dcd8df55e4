using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Provisioner.Desktops;

/// <summary>Counts who has what, and says no in words.</summary>
internal static class Limit
{
    public const string Total = "total";
    public const string PerOwner = "perOwner";
    public const string Memory = "memory";
    public const string Cpu = "cpu";
    public const string Draining = "draining";

    // Nobody knows when a person will close a desktop; one that is stopping is gone within half a minute.
    private const int SoonSeconds = 10;
    private const int SometimeSeconds = 60;

    // Repairs take longer.
    private const int DrainSeconds = 120;

    public static Limits Report(
        IReadOnlyCollection<ManagedDesktop> living, string? owner, int pool, MachineSize? machine, DesktopsOptions options,
        DateTimeOffset now)
    {
        var owned = living.Where(desktop => desktop.Claim.Owner == owner).ToList();
        var memory = machine is null
            ? default(long?)
            : Free(
                Math.Max(0, machine.Memory - ByteSize.Parse(options.ReservedMemory)) * options.MemoryOversubscription,
                living.Count * ByteSize.Parse(options.Memory));
        var cores = machine is null
            ? default(double?)
            : Math.Max(0, (machine.Cores * options.CpuOversubscription) - (living.Count * Cores(machine, options)));
        var (available, narrowest) = Rooms(living.Count, memory, cores, machine, options).MinBy(room => room.Desktops);
        var (limit, blocking) = owned.Count >= options.MaxPerOwner ? (PerOwner, owned)
            : available == 0 ? (narrowest, living)
            : (null, []);
        int? retryAfter = limit is null ? null : RetryAfter(blocking, now);
        return new(living.Count, options.Max, available, owner is null ? null : owned.Count, options.MaxPerOwner, pool, limit, retryAfter,
            memory, cores);
    }

    /// <summary>The same house while nobody is let in.</summary>
    public static Limits Drained(Limits limits) => limits with { Available = 0, NextLimit = Draining, RetryAfterSeconds = DrainSeconds };

    public static void Check(Limits limits, DesktopsOptions options)
    {
        if (limits.NextLimit is { } limit)
            throw new LimitReachedException(limit, limits, options);
    }

    // A desktop of the pool stands where somebody's may: it goes when its place is needed, and so takes nothing from these.
    private static IEnumerable<(int Desktops, string Limit)> Rooms(
        int living, long? memory, double? cores, MachineSize? machine, DesktopsOptions options)
    {
        yield return (Math.Max(0, options.Max - living), Total);
        if (memory is { } bytes)
            yield return ((int)(bytes / ByteSize.Parse(options.Memory)), Memory);
        if (cores is { } free)
            yield return ((int)Math.Round(free / Cores(machine!, options), 6), Cpu);
    }

    private static int RetryAfter(IReadOnlyCollection<ManagedDesktop> blocking, DateTimeOffset now)
    {
        if (blocking.Any(desktop => desktop.StopRequested.IsCancellationRequested))
            return SoonSeconds;
        var first = blocking.Min(desktop => desktop.Current.ExpiresAt) - now;
        return (int)Math.Clamp(first?.TotalSeconds ?? SometimeSeconds, SoonSeconds, SometimeSeconds);
    }

    private static double Cores(MachineSize machine, DesktopsOptions options) => Math.Min(options.Cpus, machine.Cores);

    private static long Free(double all, long promised) => Math.Max(0, (long)all - promised);
}
