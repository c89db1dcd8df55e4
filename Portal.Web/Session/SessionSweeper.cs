namespace GuacAspire.Portal.Web.Session;

/// <summary>Ends idle sessions, and cleans up after those whose clean-up failed.</summary>
internal sealed partial class SessionSweeper(
    SessionStore sessions, SessionCleaner cleaner, TimeProvider time, ILogger<SessionSweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var session in sessions.Finished().ToList())
                    await cleaner.CleanUpAsync(session.EndedAt is null ? sessions.End(session) : session, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The look at sessions that are over failed")]
    private partial void LogFailed(Exception exception);
}
