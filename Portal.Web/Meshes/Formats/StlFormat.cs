using System.Buffers.Binary;
using System.Text;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>Binary: an 80-byte header, a count, and 50 bytes per triangle. ASCII: "solid", and a "facet" per triangle.</summary>
internal static class StlFormat
{
    private const int HeaderBytes = 84;
    private const int TriangleBytes = 50;
    private const int WordBytes = 8;

    public static bool Matches(ReadOnlySpan<byte> head, long length) => IsBinary(head, length) || IsText(head);

    public static long CountTriangles(Stream file, ReadOnlySpan<byte> head)
    {
        if (IsBinary(head, file.Length))
            return BinaryPrimitives.ReadUInt32LittleEndian(head[80..]);

        var facets = 0L;
        var ended = false;
        var bytes = new ByteReader(file);
        Span<byte> start = stackalloc byte[WordBytes];
        bool isMore;
        do
        {
            isMore = ReadLine(bytes, start, out var length);
            if (Ascii.EqualsIgnoreCase(start[..length], "endfacet"u8))
                facets++;
            ended = Ascii.EqualsIgnoreCase(start[..length], "endsolid"u8) || (ended && length == 0);
        }
        while (isMore);
        return ended ? facets : throw new EndOfStreamException();
    }

    /// <summary>Reads a line, of which only the start matters; false at the end of the file.</summary>
    private static bool ReadLine(ByteReader file, Span<byte> start, out int length)
    {
        length = 0;
        int next;
        while ((next = file.Next()) >= 0 && next is not ('\n' or '\r'))
        {
            if (length < start.Length && (length > 0 || !char.IsWhiteSpace((char)next)))
                start[length++] = (byte)next;
        }

        return next >= 0;
    }

    private static bool IsBinary(ReadOnlySpan<byte> head, long length) =>
        head.Length >= HeaderBytes
        && length == HeaderBytes + ((long)BinaryPrimitives.ReadUInt32LittleEndian(head[80..]) * TriangleBytes);

    private static bool IsText(ReadOnlySpan<byte> head) =>
        head.TrimStart(" \t\r\n"u8).StartsWith("solid"u8)
        && !head.Contains((byte)0)
        && (head.IndexOf("facet"u8) >= 0 || head.IndexOf("endsolid"u8) >= 0);
}
