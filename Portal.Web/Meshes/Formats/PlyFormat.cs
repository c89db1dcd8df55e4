using System.Buffers.Binary;
using System.Globalization;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>A header in text that describes the elements, then their values in text or in binary.</summary>
internal static class PlyFormat
{
    // Than any count of corners.
    private const int LongestWord = 20;

    public static bool Matches(ReadOnlySpan<byte> head) =>
        (head.StartsWith("ply\n"u8) || head.StartsWith("ply\r"u8)) && head.IndexOf("format "u8) >= 0 && head.IndexOf("end_header"u8) >= 0;

    public static long? CountTriangles(Stream file)
    {
        using var buffered = new BufferedStream(file, 1 << 16);
        var header = PlyHeader.Read(buffered);
        foreach (var element in header.Elements)
        {
            // A header can announce anything, and what takes no room could be counted for ever.
            if (element.Count > 0 && (element.Properties.Count == 0 || element.Count > file.Length))
                throw new EndOfStreamException();
            if (element.Name == "face")
                return CountFaces(buffered, header, element);
            if (!header.IsText && element.Properties.TrueForAll(property => property.CountBytes == 0))
                Skip(buffered, element.Count * element.Properties.Sum(property => (long)property.Bytes));
            else
                Read(buffered, header, element, _ => { });
        }

        return 0;
    }

    private static long CountFaces(Stream file, PlyHeader header, PlyElement element)
    {
        var triangles = 0L;
        Read(file, header, element, corners => triangles += Math.Max(0, corners - 2));
        return triangles;
    }

    private static void Read(Stream file, PlyHeader header, PlyElement element, Action<long> onCorners)
    {
        var corners = element.Properties.FindIndex(property => property.IsCorners);
        Span<byte> word = stackalloc byte[LongestWord];
        for (var index = 0L; index < element.Count; index++)
        {
            if (header.IsText)
            {
                var first = ReadLine(file, word);
                if (corners == 0)
                    onCorners(uint.Parse(first, NumberStyles.None, CultureInfo.InvariantCulture));
                continue;
            }

            for (var property = 0; property < element.Properties.Count; property++)
            {
                var (bytes, countBytes) = (element.Properties[property].Bytes, element.Properties[property].CountBytes);
                var count = countBytes == 0 ? 1 : ReadCount(file, countBytes, header.IsBigEndian);
                if (property == corners)
                    onCorners(count);
                Skip(file, count * bytes);
            }
        }
    }

    /// <summary>Reads a line, and gives its first word, or as much of that as there is room for.</summary>
    private static ReadOnlySpan<byte> ReadLine(Stream file, Span<byte> word)
    {
        var (length, isOver) = (0, false);
        var next = file.ReadByte();
        if (next < 0)
            throw new EndOfStreamException();
        for (; next >= 0 && next != '\n'; next = file.ReadByte())
        {
            var isSpace = next is ' ' or '\r';
            isOver |= isSpace && length > 0;
            if (!isSpace && !isOver && length < word.Length)
                word[length++] = (byte)next;
        }

        return word[..length];
    }

    private static long ReadCount(Stream file, int bytes, bool bigEndian)
    {
        Span<byte> value = stackalloc byte[4];
        file.ReadExactly(value[..bytes]);
        return (bytes, bigEndian) switch
        {
            (1, _) => value[0],
            (2, true) => BinaryPrimitives.ReadUInt16BigEndian(value),
            (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(value),
            (_, true) => BinaryPrimitives.ReadUInt32BigEndian(value),
            (_, false) => BinaryPrimitives.ReadUInt32LittleEndian(value),
        };
    }

    private static void Skip(Stream file, long bytes)
    {
        if (bytes < 0 || bytes > file.Length - file.Position)
            throw new EndOfStreamException();
        if (bytes > 1 << 12)
        {
            file.Seek(bytes, SeekOrigin.Current);
            return;
        }

        Span<byte> scratch = stackalloc byte[(int)bytes];
        file.ReadExactly(scratch);
    }
}
