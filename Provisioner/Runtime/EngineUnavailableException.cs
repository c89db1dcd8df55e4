namespace GuacAspire.Provisioner.Runtime;

/// <summary>The container engine cannot be asked.</summary>
internal sealed class EngineUnavailableException(Uri engine, Exception innerException)
    : ProblemException(
        StatusCodes.Status503ServiceUnavailable,
        "The container engine does not answer",
        $"Nothing answers at {engine}. Start the container engine (for example: sudo systemctl start docker) and try again.",
        innerException);
