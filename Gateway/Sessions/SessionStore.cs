using System.Collections.Concurrent;
using System.Security.Cryptography;
using Dapper;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;
using MySqlConnector;

namespace GuacAspire.Gateway.Sessions;

/// <summary>The sessions of this process. They survive nothing, and end everywhere at once.</summary>
internal sealed partial class SessionStore(GatewayOptions options, Database database, TimeProvider time, ILogger<SessionStore> logger)
    : BackgroundService
{
    // By the tokens' digests.
    private readonly ConcurrentDictionary<string, Session> _sessions = new();

    public static string NewToken() => Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    public void Add(Session session) => _sessions[SecretKey.Of(session.Token)] = session;

    /// <summary>The live session of a token, which thereby stays alive.</summary>
    public Session? Find(string? token)
    {
        if (string.IsNullOrEmpty(token) || !_sessions.TryGetValue(SecretKey.Of(token), out var session) || session.HasExpired(options.SessionTimeout))
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await SweepAsync();
    }

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

    private async Task RecordEndAsync(Session session)
    {
        if (session.HistoryId is not { } id)
            return;
        try
        {
            await using var connection = await database.OpenAsync(CancellationToken.None);
            await connection.ExecuteAsync("UPDATE guacamole_user_history SET end_date = @now WHERE history_id = @id", new { now = database.Now, id });
        }
        catch (MySqlException e)
        {
            LogHistory(session.Username, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The end of a session of {Username} could not be recorded: {Reason}")]
    private partial void LogHistory(string username, string reason);
}
