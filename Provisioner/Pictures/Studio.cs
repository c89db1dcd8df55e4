using System.Collections.Concurrent;

namespace GuacAspire.Provisioner.Pictures;

/// <summary>The desktops in which pictures are being taken: nobody's, and no orphans either.</summary>
internal sealed class Studio
{
    private readonly ConcurrentDictionary<string, byte> _desktops = new();

    public int Count => _desktops.Count;

    public bool Holds(string id) => _desktops.ContainsKey(id);

    public void Enter(string id) => _desktops.TryAdd(id, 0);

    public void Leave(string id) => _desktops.TryRemove(id, out _);
}
