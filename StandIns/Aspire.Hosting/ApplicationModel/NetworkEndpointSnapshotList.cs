using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

public record class NetworkEndpointSnapshot(ValueSnapshot<AllocatedEndpoint> Snapshot, NetworkIdentifier NetworkID);

public class NetworkEndpointSnapshotList : IEnumerable<NetworkEndpointSnapshot>
{
    private ImmutableList<NetworkEndpointSnapshot> _snapshots = [];

    public IEnumerator<NetworkEndpointSnapshot> GetEnumerator() => _snapshots.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void AddOrUpdateAllocatedEndpoint(NetworkIdentifier networkId, AllocatedEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint.NetworkID != networkId)
            throw new ArgumentException(
                $"AllocatedEndpoint must use the same network as the {nameof(networkId)} parameter", nameof(endpoint));

        For(networkId).SetValue(endpoint);
    }

    public Task<AllocatedEndpoint> GetAllocatedEndpointAsync(NetworkIdentifier networkId, CancellationToken cancellationToken = default) =>
        For(networkId).GetValueAsync(cancellationToken);

    internal bool TryGetAllocatedEndpoint(NetworkIdentifier networkId, [NotNullWhen(true)] out AllocatedEndpoint? endpoint)
    {
        var task = For(networkId) is { IsValueSet: true } snapshot ? snapshot.GetValueAsync() : null;
        endpoint = task is { IsCompletedSuccessfully: true } ? task.Result : null;
        return endpoint is not null;
    }

    internal ValueSnapshot<AllocatedEndpoint> For(NetworkIdentifier networkId)
    {
        lock (this)
        {
            if (_snapshots.Find(s => s.NetworkID == networkId) is { } existing) return existing.Snapshot;
            var created = new ValueSnapshot<AllocatedEndpoint>();
            _snapshots = _snapshots.Add(new(created, networkId));
            return created;
        }
    }
}
