using System.Globalization;

namespace GuacAspire.Provisioner.Desktops;

/// <summary>Something that a caller is told as it is: what is wrong, and what to do now.</summary>
internal class ProblemException(int status, string title, string detail, Exception? innerException = null)
    : Exception(detail, innerException)
{
    public int Status { get; } = status;

    public string Title { get; } = title;

    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>No place for one more desktop.</summary>
internal sealed class LimitReachedException : ProblemException
{
    public LimitReachedException(string limit, Limits limits, DesktopsOptions options)
        : base(
            limit == Desktops.Limit.PerOwner ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable,
            TitleOf(limit, limits),
            limit switch
            {
                _ when IsTooSmall(limit, limits) =>
                    $"{Taken(limit, limits, options)} Whoever runs this has to give the machine more, or a desktop less: Desktops:Memory, Cpus.",
                Desktops.Limit.PerOwner =>
                    $"{limits.Owned} of your {limits.MaxPerOwner} desktops are open. Stop one of them, then open this mesh again.",
                Desktops.Limit.Draining =>
                    "This system is being emptied, for maintenance say, and starts nothing meanwhile. Saved work stays. "
                        + $"Try again in about {limits.RetryAfterSeconds} seconds.",
                _ => $"{Taken(limit, limits, options)} Try again in about {limits.RetryAfterSeconds} seconds, or stop a desktop of yours.",
            })
    {
        (Limit, Limits) = (limit, limits);
        RetryAfter = TimeSpan.FromSeconds(limits.RetryAfterSeconds ?? 0);
    }

    public string Limit { get; }

    /// <summary>What there is, what is taken, and what is free.</summary>
    public Limits Limits { get; }

    // There is nobody to wait for.
    private static bool IsTooSmall(string limit, Limits limits) =>
        limits.Running == 0 && limit is (Desktops.Limit.Memory or Desktops.Limit.Cpu);

    private static string TitleOf(string limit, Limits limits) => limit switch
    {
        _ when IsTooSmall(limit, limits) => "This machine is too small for a desktop",
        Desktops.Limit.PerOwner => "You have as many desktops as one person may have",
        Desktops.Limit.Draining => "No desktops are started just now",
        _ => "All desktops are in use",
    };

    private static string Taken(string limit, Limits limits, DesktopsOptions options) => limit switch
    {
        Desktops.Limit.Memory =>
            $"{Count(limits)} run and {ByteSize.Describe(limits.MemoryAvailable ?? 0)} of memory are free; "
                + $"a desktop needs {ByteSize.Describe(ByteSize.Parse(options.Memory))}.",
        Desktops.Limit.Cpu =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Count(limits)} run and {limits.CoresAvailable:0.#} processor cores are free; a desktop needs {options.Cpus:0.#}."),
        _ => $"All {limits.Max} desktops are in use.",
    };

    private static string Count(Limits limits) => limits.Running == 1 ? "1 desktop" : $"{limits.Running} desktops";
}
