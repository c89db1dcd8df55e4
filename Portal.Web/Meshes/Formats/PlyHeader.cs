using System.Globalization;
using System.Text;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>What a .ply says about itself.</summary>
internal sealed record PlyHeader(bool IsText, bool IsBigEndian, List<PlyElement> Elements)
{
    // Nobody looks for its end beyond that, so there is none.
    private const int Longest = 64 << 10;

    public static PlyHeader Read(Stream file)
    {
        var (isText, isBigEndian) = (true, false);
        var elements = new List<PlyElement>();
        while (true)
        {
            var words = ReadLine(file, Longest - (int)file.Position).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["format", var kind, ..]:
                    (isText, isBigEndian) = (kind == "ascii", kind == "binary_big_endian");
                    break;
                case ["element", var name, var count]:
                    elements.Add(new PlyElement(name, long.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture), []));
                    break;
                case ["property", "list", var count, var item, var name] when elements.Count > 0:
                    elements[^1].Properties.Add(new PlyProperty(
                        SizeOf(item), SizeOfCount(count), name is "vertex_indices" or "vertex_index"));
                    break;
                case ["property", var item, _] when elements.Count > 0:
                    elements[^1].Properties.Add(new PlyProperty(SizeOf(item), 0, false));
                    break;
                case ["end_header"]:
                    return new PlyHeader(isText, isBigEndian, elements);
            }
        }
    }

    private static string ReadLine(Stream file, int longest)
    {
        var line = new StringBuilder();
        while (line.Length < longest)
        {
            var next = file.ReadByte();
            if (next == '\n')
                return line.ToString().TrimEnd('\r');
            if (next < 0)
                return line.Length > 0 ? line.ToString() : throw new EndOfStreamException();
            line.Append((char)next);
        }

        throw new FormatException();
    }

    private static int SizeOfCount(string type) => SizeOf(type) is <= 4 and var bytes ? bytes : throw new FormatException();

    private static int SizeOf(string type) => type switch
    {
        "char" or "uchar" or "int8" or "uint8" => 1,
        "short" or "ushort" or "int16" or "uint16" => 2,
        "int" or "uint" or "float" or "int32" or "uint32" or "float32" => 4,
        "double" or "float64" => 8,
        _ => throw new FormatException(),
    };
}

/// <summary>A kind of element, such as vertex or face, and how many there are.</summary>
internal sealed record PlyElement(string Name, long Count, List<PlyProperty> Properties);

/// <summary>A value of an element, or, with a count before it, a list of values.</summary>
internal sealed record PlyProperty(int Bytes, int CountBytes, bool IsCorners);
