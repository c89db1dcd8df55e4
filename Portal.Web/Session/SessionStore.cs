using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using GuacAspire.ServiceDefaults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web.Session;

/// <summary>Who is signed in. One small file per session, so that a restart signs nobody out and forgets no guest.</summary>
internal sealed partial class SessionStore
{
    private readonly ConcurrentDictionary<string, PortalSession> _sessions = new();
    // By the clock that nobody can set, and that stands still while the machine sleeps: no page can call then.
    private readonly ConcurrentDictionary<string, long> _lastSeen = new();
    private readonly PortalPaths _paths;
    private readonly PortalOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SessionStore> _logger;

    public SessionStore(PortalPaths paths, IOptions<PortalOptions> options, TimeProvider time, ILogger<SessionStore> logger)
    {
        (_paths, _options, _time, _logger) = (paths, options.Value, time, logger);
        foreach (var file in Directory.EnumerateFiles(_paths.Sessions, "*.json"))
            Load(file);
    }

    /// <summary>Begins a session and returns the key for the browser's cookie.</summary>
    public (PortalSession Session, string Key) Begin(string username, bool guest)
    {
        var key = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        var session = new PortalSession(Hash(key), username, guest, _time.GetUtcNow());
        Keep(session);
        _lastSeen[session.Id] = _time.GetTimestamp();
        return (session, key);
    }

    /// <summary>The live session of a key, which counts as a sign of life.</summary>
    public PortalSession? Find(string key)
    {
        if (!_sessions.TryGetValue(Hash(key), out var session) || session.EndedAt is not null || IsIdle(session))
            return null;
        _lastSeen[session.Id] = _time.GetTimestamp();
        return session;
    }

    /// <summary>Whether there is such a session, be it one that waits to be cleaned up.</summary>
    public bool Has(string id) => _sessions.ContainsKey(id);

    /// <summary>Whether a session goes on; asking on behalf of an open page counts as a sign of life.</summary>
    public bool Touch(PortalSession session)
    {
        var live = _sessions.TryGetValue(session.Id, out var current) && current.EndedAt is null;
        if (live)
            _lastSeen[session.Id] = _time.GetTimestamp();
        return live;
    }

    /// <summary>Ends a session at once; it stays on file until <see cref="Forget"/>, so that its clean-up outlives a crash.</summary>
    public PortalSession End(PortalSession session)
    {
        var ended = session with { EndedAt = _time.GetUtcNow() };
        Keep(ended);
        return ended;
    }

    /// <summary>Sessions that have ended, or been idle for too long, and wait to be cleaned up.</summary>
    public IEnumerable<PortalSession> Finished() => _sessions.Values.Where(session => session.EndedAt is not null || IsIdle(session));

    /// <summary>Guests whose sessions go on.</summary>
    public IEnumerable<PortalSession> Guests() =>
        _sessions.Values.Where(session => session is { Guest: true, EndedAt: null } && !IsIdle(session));

    public void Forget(PortalSession session)
    {
        _sessions.TryRemove(session.Id, out _);
        _lastSeen.TryRemove(session.Id, out _);
        File.Delete(FileOf(session.Id));
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)));

    private bool IsIdle(PortalSession session) =>
        _lastSeen.TryGetValue(session.Id, out var seen) && _time.GetElapsedTime(seen) > _options.SessionIdle;

    private string FileOf(string id) => Path.Combine(_paths.Sessions, id + ".json");

    private void Keep(PortalSession session)
    {
        WholeFile.Write(FileOf(session.Id), JsonSerializer.SerializeToUtf8Bytes(session));
        _sessions[session.Id] = session;
    }

    private void Load(string file)
    {
        try
        {
            var session = JsonSerializer.Deserialize<PortalSession>(File.ReadAllBytes(file))!;
            _sessions[session.Id] = session;
            _lastSeen[session.Id] = _time.GetTimestamp();
        }
        catch (JsonException exception)
        {
            LogUnreadable(exception, file);
            File.Delete(file);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The session file {File} could not be read and was removed")]
    private partial void LogUnreadable(Exception exception, string file);
}
