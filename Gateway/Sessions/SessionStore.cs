using System.Collections.Concurrent;
using System.Security.Cryptography;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.History;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Gateway.Sessions;

/// <summary>The sessions of this process. They survive nothing, and end everywhere at once.</summary>
internal sealed partial class SessionStore(
    GatewayOptions options, HistoryRows history, TimeProvider time, ILogger<SessionStore> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // By the tokens' digests.
    private readonly ConcurrentDictionary<string, Session> _sessions = new();

    public static string NewToken() => Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    public void Add(Session session) => _sessions[SecretKey.Of(session.Token)] = session;

    /// <summary>The live session of a token, which thereby stays alive.</summary>
    public Session? Find(string? token)
    {
        if (string.IsNullOrEmpty(token) || !_sessions.TryGetValue(SecretKey.Of(token), out var session)
            || session.HasExpired(options.SessionTimeout))
            return null;
        session.Touch();
        return session;
    }

    public async Task<bool> EndAsync(string token)
    {
        if (!_sessions.TryRemove(SecretKey.Of(token), out var session))
            return false;
        session.End();
        await RecordEndAsync(session);
        return true;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.EveryAsync(Interval, time, _ => SweepAsync(), LogFailed, stoppingToken);

    internal async Task SweepAsync()
    {
        foreach (var (digest, session) in _sessions)
        {
            if (IsOver(session) && _sessions.TryRemove(digest, out _))
            {
                session.End();
                await RecordEndAsync(session);
            }
        }
    }

    private bool IsOver(Session session) =>
        session.HasExpired(options.SessionTimeout) || (options.Accounts.EnforceWindows && !session.IsInItsTime(time.GetUtcNow()));

    private Task RecordEndAsync(Session session) =>
        session.HistoryId is { } id ? history.PatientlyAsync(history.EndAsync(HistoryTable.Users, id)) : Task.CompletedTask;

    [LoggerMessage(LogLevel.Error, "The look at sessions that are over failed")]
    private partial void LogFailed(Exception exception);
}
