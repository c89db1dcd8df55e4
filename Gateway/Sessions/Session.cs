using System.Collections.Concurrent;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.JsonUsers;
using GuacAspire.Gateway.Sharing;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Gateway.Sessions;

/// <summary>A signed-in user: the token's owner, and the tunnels that hang on it.</summary>
internal sealed class Session(string token, Account account, string? password, string? remoteHost, TimeProvider time)
{
    public const string Database = "mysql";
    public const string Shared = "mysql-shared";
    public const string Json = "json";

    private readonly ConcurrentDictionary<string, Tunnel> _tunnels = new();
    private readonly ConcurrentDictionary<int, bool> _preferred = new();
    private readonly ConcurrentDictionary<string, Share> _shares = new();
    private long _lastAccess = time.GetTimestamp();
    private Account _account = account;
    private int _ended;

    /// <summary>Minimal API binds parameters of this type with it.</summary>
    public static ValueTask<Session?> BindAsync(HttpContext context) =>
        ValueTask.FromResult<Session?>(context.Features.Get<Session>() ?? throw GuacamoleException.NoSession());

    public string Token { get; } = token;

    public string Username { get; } = account.Name;

    public int UserId { get; } = account.UserId;

    public int EntityId { get; } = account.EntityId;

    /// <summary>Whether nobody signed in and a share's key opened the session.</summary>
    public bool IsAnonymous => UserId == 0;

    /// <summary>For the parameter token <c>${GUAC_PASSWORD}</c> and nothing else.</summary>
    public string? Password { get; } = password;

    public string? RemoteHost { get; } = remoteHost;

    /// <summary>What <c>self</c> shows: the user as when the session was last authenticated.</summary>
    public ApiUser Self { get; private set; } = account.ToSelf();

    /// <summary>The data source that let the user in.</summary>
    public string DataSource { get; init; } = Database;

    /// <summary>The data sources that the session may use.</summary>
    public IReadOnlyList<string> DataSources { get; init; } = [Database, Shared];

    /// <summary>The row of the sign-in in the user history.</summary>
    public int? HistoryId { get; set; }

    public ICollection<Tunnel> Tunnels => _tunnels.Values;

    public Tunnel? FindTunnel(string uuid) => _tunnels.GetValueOrDefault(uuid);

    /// <summary>What the user brought along as JSON, for sessions of that data source.</summary>
    public JsonUser? Brought { get; init; }

    public void Refresh(Account account)
    {
        _account = account;
        Self = account.ToSelf();
    }

    /// <summary>Whether the account's days and hours, as known since it was last authenticated, include this moment.</summary>
    public bool IsInItsTime(DateTimeOffset now) => AccountState.IsValid(_account, now) && AccountState.IsAccessible(_account, now);

    public void Touch() => Volatile.Write(ref _lastAccess, time.GetTimestamp());

    /// <summary>An open tunnel keeps its session alive however long nothing is asked.</summary>
    public bool HasExpired(TimeSpan timeout) => _tunnels.IsEmpty && time.GetElapsedTime(Volatile.Read(ref _lastAccess)) > timeout;

    /// <summary>Adds a tunnel, unless the session has ended meanwhile.</summary>
    public bool TryAdd(Tunnel tunnel)
    {
        _tunnels[tunnel.Uuid] = tunnel;
        if (Volatile.Read(ref _ended) == 0)
            return true;
        _tunnels.TryRemove(tunnel.Uuid, out _);
        return false;
    }

    public void Remove(Tunnel tunnel)
    {
        if (_tunnels.TryRemove(tunnel.Uuid, out _))
            Touch();
    }

    /// <summary>Whether the session was connected to this member of a group with affinity before.</summary>
    public bool Prefers(int connectionId) => _preferred.ContainsKey(connectionId);

    public void Prefer(int connectionId) => _preferred[connectionId] = true;

    /// <summary>Lets the session join what the key shares. What it was given before and is over is forgotten.</summary>
    public void AddShare(Share share)
    {
        foreach (var (key, given) in _shares)
        {
            if (given.IsOver)
                _shares.TryRemove(key, out _);
        }

        _shares[share.Key] = share;
    }

    public Share? FindShare(ShareKeys keys, string key) => _shares.ContainsKey(key) ? keys.Find(key) : null;

    /// <summary>The shares that the session has been given and that are still open.</summary>
    public IEnumerable<Share> Shares(ShareKeys keys) => _shares.Keys.Select(keys.Find).OfType<Share>();

    public void End()
    {
        Volatile.Write(ref _ended, 1);
        foreach (var tunnel in _tunnels.Values)
            tunnel.Close(GuacamoleStatus.Success);
    }
}
