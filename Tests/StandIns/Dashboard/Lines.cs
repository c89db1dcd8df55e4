using Microsoft.Extensions.Logging;

namespace GuacAspire.Tests.StandIns.Dashboard;

internal static partial class Lines
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Text}")]
    public static partial void Say(this ILogger logger, string text);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Text}")]
    public static partial void Complain(this ILogger logger, string text);
}
