using System.Buffers.Binary;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>A 12-byte header, then chunks, the first of which is glTF's JSON.</summary>
internal static class GlbFormat
{
    private const uint JsonChunk = 0x4E4F534A;
    private const int HeaderBytes = 20;

    public static bool Matches(ReadOnlySpan<byte> head) =>
        head.Length >= HeaderBytes && head.StartsWith("glTF"u8) && BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) == 2;

    public static long? CountTriangles(Stream file)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        file.ReadExactly(header);
        var announced = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        var jsonBytes = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (announced > file.Length || jsonBytes > announced || HeaderBytes + jsonBytes > file.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(header[16..]) != JsonChunk)
        {
            throw new EndOfStreamException();
        }

        return new GltfScene(file, HeaderBytes, jsonBytes).CountTriangles();
    }
}
