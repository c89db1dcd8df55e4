using GuacAspire.ServiceDefaults;

namespace GuacAspire.Portal.Web.Session;

/// <summary>Ends idle sessions, and cleans up after those whose clean-up failed.</summary>
internal sealed partial class SessionSweeper(
    SessionStore sessions, SessionCleaner cleaner, TimeProvider time, ILogger<SessionSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.EveryAsync(Interval, time, RunOnceAsync, LogFailed, stoppingToken);

    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var session in sessions.Finished().ToList())
            await cleaner.CleanUpAsync(session.EndedAt is null ? sessions.End(session) : session, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The look at sessions that are over failed")]
    private partial void LogFailed(Exception exception);
}
