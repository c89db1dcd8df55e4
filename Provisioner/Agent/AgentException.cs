namespace GuacAspire.Provisioner.Agent;

/// <summary>A desktop's agent refused, or could not be asked.</summary>
internal sealed class AgentException(string message, int? status, Exception? innerException = null)
    : ProblemException(StatusFor(status), TitleFor(status), message, innerException)
{
    /// <summary>Whether another desktop might do better: this one is gone or out of its mind, and not merely given a broken file.</summary>
    public bool IsDesktopsFault => Status == StatusCodes.Status502BadGateway;

    /// <summary>Whether nobody answered at all, so that asking again does nothing twice.</summary>
    public bool IsSilent { get; init; }

    public bool IsBusy => status == StatusCodes.Status409Conflict;

    private static int StatusFor(int? status) => status switch
    {
        StatusCodes.Status409Conflict or StatusCodes.Status415UnsupportedMediaType or StatusCodes.Status422UnprocessableEntity =>
            status.Value,
        _ => StatusCodes.Status502BadGateway,
    };

    private static string TitleFor(int? status) => status switch
    {
        StatusCodes.Status409Conflict => "Blender is busy",
        StatusCodes.Status415UnsupportedMediaType => "Blender does not know this format",
        StatusCodes.Status422UnprocessableEntity => "Blender could not read the file",
        null => "The desktop does not answer",
        _ => "The desktop could not do it",
    };
}
