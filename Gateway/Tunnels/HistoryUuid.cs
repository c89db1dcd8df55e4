using System.Buffers.Binary;
using System.Security.Cryptography;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>The UUID of a history row: name-based (version 3) over a namespace and the row's id.</summary>
internal static class HistoryUuid
{
    private static readonly Guid Connections = Guid.Parse("8b55f070-95f4-3d31-93ee-9c5845e7aa40");
    private static readonly Guid Users = Guid.Parse("e104741a-c949-3947-8d79-f3f2cdce7d6f");

    public static string OfConnection(long id) => Create(Connections, id);

    public static string OfUser(long id) => Create(Users, id);

    private static string Create(Guid scope, long id)
    {
        Span<byte> name = stackalloc byte[24];
        scope.TryWriteBytes(name, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(name[16..], id);
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        // MD5 is what the format prescribes; nothing rests on its strength.
#pragma warning disable CA5351
        MD5.HashData(name, hash);
#pragma warning restore CA5351
        hash[6] = (byte)((hash[6] & 0x0F) | 0x30);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true).ToString();
    }
}
