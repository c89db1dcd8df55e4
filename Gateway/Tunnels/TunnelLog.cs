namespace GuacAspire.Gateway.Tunnels;

internal static partial class TunnelLog
{
    [LoggerMessage(LogLevel.Information, "{Username} is connected to \"{Connection}\" by tunnel {Uuid}")]
    public static partial void Opened(ILogger logger, string username, string connection, string uuid);

    [LoggerMessage(LogLevel.Warning, "A tunnel could not be opened ({Status}): {Reason}")]
    public static partial void Refused(ILogger logger, int status, string reason);
}
