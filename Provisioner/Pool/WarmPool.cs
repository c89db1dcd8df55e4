using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Provisioner.Pool;

/// <summary>A desktop that belongs to nobody yet; one that is still being made has no address.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Mark">When and from what it was made.</param>
/// <param name="Address">Where it is, once it stands ready.</param>
/// <param name="Since">Since when it does here, by the clock that nobody can set.</param>
internal sealed record PoolMember(string Id, PoolMark Mark, DesktopAddress? Address = null, long Since = 0);

/// <summary>The desktops that stand ready, or are about to, as this process knows them.</summary>
internal sealed class WarmPool
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PoolMember> _members = [];

    /// <summary>How many can be taken.</summary>
    public int Available
    {
        get
        {
            lock (_lock)
                return _members.Values.Count(member => member.Address is not null);
        }
    }

    public IReadOnlyList<PoolMember> List()
    {
        lock (_lock)
            return [.. _members.Values.OrderBy(member => member.Mark.CreatedAt)];
    }

    public bool Holds(string id)
    {
        lock (_lock)
            return _members.ContainsKey(id);
    }

    /// <summary>Puts a member in, or in place of what was known of it.</summary>
    public void Put(PoolMember member)
    {
        lock (_lock)
            _members[member.Id] = member;
    }

    /// <summary>Takes the member that has stood ready for longest; null when none does.</summary>
    public PoolMember? Take()
    {
        lock (_lock)
        {
            var first = _members.Values.Where(member => member.Address is not null).MinBy(member => member.Mark.CreatedAt);
            if (first is not null)
                _members.Remove(first.Id);
            return first;
        }
    }

    /// <summary>Takes one member out, if nobody else has.</summary>
    public bool TryRemove(string id)
    {
        lock (_lock)
            return _members.Remove(id);
    }
}
