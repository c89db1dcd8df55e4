namespace GuacAspire.ServiceDefaults;

/// <summary>What an exception of the system means.</summary>
public static class ExceptionExtensions
{
    /// <summary>Whether there is no room on the disk, or no quota left.</summary>
    /// <param name="exception">What reading or writing a file has thrown.</param>
    /// <returns>True when whoever runs this has to make room.</returns>
    // The system's own numbers; on Windows there are two names for the former.
    public static bool IsDiskFull(this Exception exception) =>
        OperatingSystem.IsWindows() ? (exception.HResult & 0xFFFF) is 39 or 112 : (exception.HResult & 0xFFFF) is 28 or 122;
}
