using System.Collections.Concurrent;
using Guacamole.Client;

namespace GuacAspire.Provisioner.Guacamole;

/// <summary>
/// Which desktops' users may see their connection. Guacamole tells that of one user a call, so each look asks only about those of whom it
/// is not known, about a few of the others in turn, and about all when there is a sign that Guacamole has lost something.
/// </summary>
internal sealed class EntryRights(GuacamoleSession admin)
{
    /// <summary>
    /// How many of those that had the right are asked about in each look, whoever has waited longest first: as many as there are in a house
    /// of the usual size, which so is looked through every time, and a thousand within half an hour.
    /// </summary>
    public const int InTurn = 8;

    private const int AtOnce = 16;
    private const long Doubted = 0;

    private readonly ConcurrentDictionary<string, Right> _seen = new();
    private long _looks;
    private volatile bool _doubted;

    /// <summary>Somebody is about to come in: whether that is possible is asked next time.</summary>
    public void Doubt(string id)
    {
        if (_seen.TryGetValue(id, out var right))
            _seen.TryUpdate(id, right with { AskedIn = Doubted }, right);
    }

    /// <summary>There is a sign that Guacamole may have lost something: all are asked about next time.</summary>
    public void DoubtAll() => _doubted = true;

    /// <summary>Forgets one that goes: that it is gone is no sign of anything.</summary>
    public void Forget(string id) => _seen.TryRemove(id, out _);

    /// <summary>Finds those that have the right.</summary>
    /// <param name="present">All desktops of ours that have a user and a connection, with the connection.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlySet<string>> LookAsync(IReadOnlyDictionary<string, string> present, CancellationToken cancellationToken)
    {
        _looks++;
        // Before anything is asked, so that a doubt that comes meanwhile is the next look's. What is gone without our doing is a sign.
        var all = _doubted || _seen.Any(seen => present.GetValueOrDefault(seen.Key) != seen.Value.Connection);
        _doubted = false;
        var known = _seen.Where(seen => present.GetValueOrDefault(seen.Key) == seen.Value.Connection)
            .OrderBy(seen => seen.Value.AskedIn).ToList();
        foreach (var id in _seen.Keys.Except(known.Select(seen => seen.Key)))
            Forget(id);
        var again = known.Where((seen, place) => all || place < InTurn || seen.Value.AskedIn == Doubted).Select(seen => seen.Key);
        var due = present.Keys.Where(id => !_seen.ContainsKey(id)).Concat(again).ToList();
        var isLost = await AskAsync(due, present, cancellationToken);
        // What has been taken from one may have been taken from many.
        if (isLost && !all)
            await AskAsync(present.Keys.Except(due), present, cancellationToken);
        return _seen.Keys.Where(present.ContainsKey).ToHashSet();
    }

    /// <returns>Whether one that had the right has lost it.</returns>
    private async Task<bool> AskAsync(
        IEnumerable<string> some, IReadOnlyDictionary<string, string> present, CancellationToken cancellationToken)
    {
        var isLost = false;
        await Parallel.ForEachAsync(
            some,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (id, token) =>
            {
                if (await MayEnterAsync(id, present[id], token))
                    _seen[id] = new(present[id], _looks);
                else if (_seen.TryRemove(id, out _))
                    isLost = true;
            });
        return isLost;
    }

    private async Task<bool> MayEnterAsync(string id, string connection, CancellationToken cancellationToken)
    {
        try
        {
            var permissions = await admin.GetPermissionsAsync(DesktopAccess.UserOf(id), cancellationToken);
            return permissions.ConnectionPermissions.GetValueOrDefault(connection)?.Contains(GuacamoleAccess.Read) == true;
        }
        catch (GuacamoleNotFoundException)
        {
            return false;
        }
    }

    /// <param name="Connection">The connection that the user may see.</param>
    /// <param name="AskedIn">The look in which that was asked last.</param>
    private sealed record Right(string Connection, long AskedIn);
}
