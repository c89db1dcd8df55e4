namespace GuacAspire.Provisioner.Sharing;

/// <summary>Why there is no link, or no way in by it.</summary>
internal static class ShareRefusals
{
    /// <summary>One and the same for a link that is over and one that never was.</summary>
    public static ProblemException LeadsNowhere() => new(
        StatusCodes.Status404NotFound,
        "This link leads nowhere",
        "It has expired, or was revoked, or the desktop is gone. Ask whoever gave it to you for a new one.");

    public static ProblemException Unknown(string id) =>
        new(StatusCodes.Status404NotFound, "No such link", $"There is no link '{id}' to this desktop, or it is over.");

    public static ProblemException HowLong(TimeSpan most) => new(
        StatusCodes.Status400BadRequest,
        "For how long?",
        $"expiresInMinutes says for how long the link is good: from 1 to {most.TotalMinutes:0}, which is a day.");

    public static ProblemException TooMany(int most) => new(
        StatusCodes.Status409Conflict,
        "There are as many links as there may be",
        $"A desktop has no more than {most} links. Revoke one that is not needed any more, or wait until one expires.");

    public static ProblemException TooManyViewers(int most) => new(
        StatusCodes.Status429TooManyRequests,
        "Too many look on already",
        $"No more than {most} people can come by one link at a time. Ask for another link, or wait until somebody leaves.")
    {
        RetryAfter = TimeSpan.FromSeconds(10),
    };

    public static ProblemException Denied(Exception exception) => new(
        StatusCodes.Status502BadGateway,
        "Guacamole does not let this desktop be shared",
        "The Provisioner's account in Guacamole lacks the permission to create sharing profiles. Whoever runs this has to give it "
            + "CREATE_SHARING_PROFILE.",
        exception);
}
