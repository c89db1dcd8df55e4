using System.Buffers.Binary;
using System.Net;

namespace GuacAspire.Provisioner.Runtime.Docker;

/// <summary>A desktop's own small network: room for the bridge, the desktop, guacd, and a few more.</summary>
internal sealed record DesktopSubnet(IPNetwork Network)
{
    public const int PrefixLength = 28;

    public IPAddress Gateway => SubnetPool.Offset(Network.BaseAddress, 1);

    /// <summary>Where the engine picks addresses for others: not where the desktop's is.</summary>
    public IPNetwork Others => new(SubnetPool.Offset(Network.BaseAddress, 8), PrefixLength + 1);

    /// <summary>Fixed, so that a container that is started again is where it was.</summary>
    public IPAddress Desktop => SubnetPool.Offset(Network.BaseAddress, 2);
}

/// <summary>
/// Cuts small networks out of a large one. They are explicit since the engine's own pools end at about thirty networks.
/// </summary>
internal static class SubnetPool
{
    /// <summary>All free subnets, beginning anywhere: two systems that begin in different places seldom want the same one.</summary>
    public static IEnumerable<DesktopSubnet> Free(IPNetwork pool, IReadOnlyCollection<IPNetwork> taken, int begin)
    {
        var count = 1 << (DesktopSubnet.PrefixLength - pool.PrefixLength);
        for (var i = 0; i < count; i++)
        {
            var index = (int)(((uint)begin + (uint)i) % (uint)count);
            var subnet = new IPNetwork(
                Offset(pool.BaseAddress, (uint)index << (32 - DesktopSubnet.PrefixLength)), DesktopSubnet.PrefixLength);
            if (!taken.Any(other => other.Contains(subnet.BaseAddress) || subnet.Contains(other.BaseAddress)))
                yield return new(subnet);
        }
    }

    public static IPAddress Offset(IPAddress address, uint offset)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) + offset);
        return new(bytes);
    }
}
