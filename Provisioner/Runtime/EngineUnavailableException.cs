namespace GuacAspire.Provisioner.Runtime;

/// <summary>The container engine cannot be asked. Its words are for people; what to do about it is for whoever runs this.</summary>
internal sealed class EngineUnavailableException : ProblemException
{
    public EngineUnavailableException(Uri engine, Exception innerException)
        : base(
            StatusCodes.Status503ServiceUnavailable,
            "The container engine does not answer",
            "Without the container engine no desktop can be started. Try again in a few seconds; if it stays so, tell whoever runs this system.",
            innerException)
    {
        Remedy = $"Nothing answers at {engine}. Start the container engine (for example: sudo systemctl start docker).";
        RetryAfter = TimeSpan.FromSeconds(10);
    }

    /// <summary>Where it was looked for, and what to do.</summary>
    public string Remedy { get; }
}
