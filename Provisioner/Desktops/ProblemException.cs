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
    public LimitReachedException(string limit, Limits limits)
        : base(
            limit == Desktops.Limit.PerOwner ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable,
            limit == Desktops.Limit.PerOwner ? "You have as many desktops as one person may have" : "All desktops are in use",
            limit == Desktops.Limit.PerOwner
                ? $"{limits.Owned} of your {limits.MaxPerOwner} desktops are open. Stop one of them, then open this mesh again."
                : $"All {limits.Max} desktops are in use. Try again in about {limits.RetryAfterSeconds} seconds, or stop a desktop of yours.")
    {
        (Limit, Available) = (limit, limits.Available);
        RetryAfter = TimeSpan.FromSeconds(limits.RetryAfterSeconds ?? 0);
    }

    public string Limit { get; }

    public int Available { get; }
}
