using GuacAspire.ServiceDefaults;

namespace GuacAspire.Portal.Web.Session;

/// <summary>Ends idle sessions, and cleans up after those whose clean-up failed.</summary>
internal sealed partial class SessionSweeper(
    SessionStore sessions, SessionCleaner cleaner, TimeProvider time, ILogger<SessionSweeper> logger) : BackgroundService
{
    private const int AtOnce = 4;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    // When the rounds have not come for so long, the machine or this process stood still.
    private static readonly TimeSpan Sleep = TimeSpan.FromMinutes(5);

    // A page that is open calls every few seconds.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    private long _lookedAt = time.GetTimestamp();
    private long? _wokenAt;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        // At once, for what an earlier process has left half done.
        Rounds.AtOnceAndEveryAsync(Interval, time, RunOnceAsync, LogFailed, stoppingToken);

    /// <summary>One look at all sessions.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var hasSlept = time.GetElapsedTime(_lookedAt) > Sleep;
        _lookedAt = time.GetTimestamp();
        if (hasSlept)
            _wokenAt = _lookedAt;
        // Nobody could call meanwhile, and whoever is judged at once loses work for it.
        var isAwake = _wokenAt is not { } woken || time.GetElapsedTime(woken) >= Grace;
        var finished = sessions.Finished().Where(session => session.EndedAt is not null || isAwake).ToList();
        await Rounds.EachAsync(
            finished,
            AtOnce,
            (session, token) => cleaner.CleanUpAsync(session.EndedAt is null ? sessions.End(session) : session, token),
            (_, e) => LogNotCleanedUp(e),
            cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A session that is over could not be cleaned up")]
    private partial void LogNotCleanedUp(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The look at sessions that are over failed")]
    private partial void LogFailed(Exception exception);
}
