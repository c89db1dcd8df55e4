using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>Counts the tunnels in use against the limits of connections and groups, for each user and in all.</summary>
internal sealed class SeatLimiter(GatewayOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, int> _connections = [];
    private readonly Dictionary<(string, int), int> _connectionUsers = [];
    private readonly Dictionary<int, int> _groups = [];
    private readonly Dictionary<(string, int), int> _groupUsers = [];
    private int _total;

    public int CountConnection(int id)
    {
        lock (_lock)
            return _connections.GetValueOrDefault(id);
    }

    /// <summary>Takes a seat on the least used of the candidates, and on the group that they belong to, if any.</summary>
    public (ConnectionRow Connection, Seats Seats) Acquire(
        string username, IReadOnlyList<ConnectionRow> candidates, ConnectionGroupRow? group, bool includeFailoverOnly)
    {
        var user = username.ToUpperInvariant();
        lock (_lock)
        {
            if (options.Concurrency.Absolute is > 0 and var absolute && _total >= absolute)
                throw Conflict("Cannot connect. Overall maximum connections reached.");
            if (group is not null)
                RequireGroup(user, group);

            var userIsTheReason = true;
            foreach (var connection in candidates.Order(Comparer<ConnectionRow>.Create(ByUse)))
            {
                if (Weight(connection) < 1 || (connection.FailoverOnly && !includeFailoverOnly))
                    continue;
                var perUser = connection.MaxConnectionsPerUser ?? options.Concurrency.PerConnectionUser;
                if (IsFull(_connectionUsers, (user, connection.Id), perUser))
                    continue;
                if (IsFull(_connections, connection.Id, connection.MaxConnections ?? options.Concurrency.PerConnection))
                {
                    userIsTheReason = false;
                    continue;
                }
                var seats = new Seats(user, connection.Id, group?.Id);
                Count(seats, 1);
                return (connection, seats);
            }
            throw userIsTheReason
                ? GuacamoleException.Of(GuacamoleStatus.ClientTooMany, "Cannot connect. Connection already in use by this user.")
                : Conflict("Cannot connect. This connection is in use.");
        }
    }

    public void Release(Seats seats)
    {
        lock (_lock)
            Count(seats, -1);
    }

    private void RequireGroup(string user, ConnectionGroupRow group)
    {
        if (IsFull(_groupUsers, (user, group.Id), group.MaxConnectionsPerUser ?? options.Concurrency.PerGroupUser))
            throw GuacamoleException.Of(GuacamoleStatus.ClientTooMany, "Cannot connect. Connection group already in use by this user.");
        if (IsFull(_groups, group.Id, group.MaxConnections ?? options.Concurrency.PerGroup))
            throw Conflict("Cannot connect. This connection group is in use.");
    }

    private int ByUse(ConnectionRow a, ConnectionRow b)
    {
        var byUse = (_connections.GetValueOrDefault(a.Id) * Weight(b)).CompareTo(_connections.GetValueOrDefault(b.Id) * Weight(a));
        return byUse != 0 ? byUse : Weight(a).CompareTo(Weight(b));
    }

    private void Count(Seats seats, int by)
    {
        _total += by;
        Add(_connections, seats.ConnectionId, by);
        Add(_connectionUsers, (seats.Username, seats.ConnectionId), by);
        if (seats.GroupId is { } group)
        {
            Add(_groups, group, by);
            Add(_groupUsers, (seats.Username, group), by);
        }
    }

    private static int Weight(ConnectionRow connection) => connection.Weight ?? 1;

    private static bool IsFull<T>(Dictionary<T, int> counts, T key, int limit) where T : notnull =>
        limit > 0 && counts.GetValueOrDefault(key) >= limit;

    private static void Add<T>(Dictionary<T, int> counts, T key, int by) where T : notnull
    {
        var count = counts.GetValueOrDefault(key) + by;
        if (count == 0)
            counts.Remove(key);
        else
            counts[key] = count;
    }

    private static GuacamoleException Conflict(string message) => GuacamoleException.Of(GuacamoleStatus.ResourceConflict, message);
}
