using System.Buffers.Binary;
using System.Text;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>Binary: an 80-byte header, a count, and 50 bytes per triangle. ASCII: "solid", and a "facet" per triangle.</summary>
internal static class StlFormat
{
    private const int HeaderBytes = 84;
    private const int TriangleBytes = 50;

    public static bool Matches(ReadOnlySpan<byte> head, long length) => IsBinary(head, length) || IsText(head);

    public static long CountTriangles(Stream file, ReadOnlySpan<byte> head)
    {
        if (IsBinary(head, file.Length))
            return BinaryPrimitives.ReadUInt32LittleEndian(head[80..]);

        var facets = 0L;
        var ended = false;
        using var reader = new StreamReader(file, Encoding.Latin1, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            var text = line.AsSpan().Trim();
            if (text.StartsWith("endfacet", StringComparison.OrdinalIgnoreCase))
                facets++;
            ended = text.StartsWith("endsolid", StringComparison.OrdinalIgnoreCase) || (ended && text.IsEmpty);
        }

        return ended ? facets : throw new EndOfStreamException();
    }

    private static bool IsBinary(ReadOnlySpan<byte> head, long length) =>
        head.Length >= HeaderBytes
        && length == HeaderBytes + ((long)BinaryPrimitives.ReadUInt32LittleEndian(head[80..]) * TriangleBytes);

    private static bool IsText(ReadOnlySpan<byte> head) =>
        head.TrimStart(" \t\r\n"u8).StartsWith("solid"u8)
        && !head.Contains((byte)0)
        && (head.IndexOf("facet"u8) >= 0 || head.IndexOf("endsolid"u8) >= 0);
}
