namespace GuacAspire.Portal.Web.Session;

/// <summary>Ends idle sessions, and cleans up after those whose clean-up failed.</summary>
internal sealed class SessionSweeper(SessionStore sessions, SessionCleaner cleaner, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var session in sessions.Finished().ToList())
                await cleaner.CleanUpAsync(session.EndedAt is null ? sessions.End(session) : session, stoppingToken);
        }
    }
}
