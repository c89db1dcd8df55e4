namespace GuacAspire.Provisioner.Desktops;

/// <summary>Something that a caller is told as it is: what is wrong, and what to do now.</summary>
internal class ProblemException(int status, string title, string detail, Exception? innerException = null) : Exception(detail, innerException)
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
            limit == Desktops.Limit.PerOwner ? "You have as many desktops as one person may have" : "All desktops are in use",
            limit == Desktops.Limit.PerOwner
                ? $"{limits.Owned} of your {limits.MaxPerOwner} desktops are open. Stop one of them, then open this mesh again."
                : $"{Taken(limit, limits, options)} Try again in about {limits.RetryAfterSeconds} seconds, or stop a desktop of yours.")
    {
        (Limit, Available) = (limit, limits.Available);
        RetryAfter = TimeSpan.FromSeconds(limits.RetryAfterSeconds ?? 0);
    }

    public string Limit { get; }

    public int Available { get; }

    private static string Taken(string limit, Limits limits, DesktopsOptions options) => limit switch
    {
        Desktops.Limit.Memory => $"The machine has memory for {limits.Running} desktops of {options.Memory}, and none is free.",
        Desktops.Limit.Cpu => $"The machine has processors for {limits.Running} desktops of {options.Cpus:0.#} cores, and none is free.",
        _ => $"All {limits.Max} desktops are in use.",
    };
}
