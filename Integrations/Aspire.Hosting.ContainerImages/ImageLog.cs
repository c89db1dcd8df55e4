using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ContainerImages;

internal static partial class ImageLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for the image '{Image}'.")]
    public static partial void Waiting(ILogger logger, string image);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    public static partial void Line(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: the image could not be made: {Reason}. What runs it waits: "
        + "mend the cause, then use the command 'build' of '{Name}' in the dashboard, or end with Ctrl-C and start again.")]
    public static partial void Failed(ILogger logger, string name, string reason);
}
