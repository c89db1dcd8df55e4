using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Guacd;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Sharing;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>An open way from a client through guacd to a desktop, as the histories and the active connections know it.</summary>
internal sealed class Tunnel(int historyId, Session session, ConnectionRow connection, GuacdConnection guacd, DateTimeOffset started)
{
    private readonly TaskCompletionSource<GuacamoleStatus> _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private Task? _ended;
    private long _waitingSince;

    public int HistoryId { get; } = historyId;

    public string Uuid { get; } = historyId > 0 ? HistoryUuid.OfConnection(historyId) : Guid.NewGuid().ToString();

    public Session Session { get; } = session;

    public ConnectionRow Connection { get; } = connection;

    public GuacdConnection Guacd { get; } = guacd;

    /// <summary>The streams that REST requests have taken over.</summary>
    public StreamInterception Streams { get; } = new(guacd);

    public DateTimeOffset Started { get; } = started;

    /// <summary>The seats that the tunnel takes, given back when it ends; a share takes none.</summary>
    public required Seats? Seats { get; init; }

    /// <summary>Null for a tunnel to the connection itself, otherwise the sharing profile through which it was joined.</summary>
    public SharingProfileRow? SharingProfile { get; init; }

    /// <summary>The tunnel that a share was joined through; this one ends with it.</summary>
    public Tunnel? SharedFrom { get; init; }

    /// <summary>What of that tunnel the key led to, where it was joined by a key.</summary>
    public Share? Share { get; init; }

    /// <summary>The second row that the stock server writes for a share, of a connection that is not the database's.</summary>
    public int ExternalHistoryId { get; init; }

    public bool IsPrimary => SharingProfile is null && !IsExternal;

    /// <summary>Whether the connection is not the database's, so that nobody sees it there.</summary>
    public bool IsExternal => Connection.Id == 0;

    /// <summary>Completes with the reason why the tunnel is to be closed from this side.</summary>
    public Task<GuacamoleStatus> Closing => _closing.Task;

    public void Close(GuacamoleStatus reason)
    {
        _closing.TrySetResult(reason);
        Streams.Close();
        // Both ways of the relay end with the socket.
        Guacd.Dispose();
    }

    /// <summary>Ends the tunnel's records once, however many find out that it is over.</summary>
    public Task EndOnce(Func<Task> end)
    {
        lock (_lock)
            return _ended ??= end();
    }

    /// <summary>Marks that guacd is being waited for from now on; while the client is, guacd's silence says nothing.</summary>
    public void WaitsSince(long timestamp) => Volatile.Write(ref _waitingSince, timestamp);

    public bool IsSilent(TimeProvider time, TimeSpan patience) =>
        Volatile.Read(ref _waitingSince) is var since and not 0 && time.GetElapsedTime(since) > patience;
}
