using System.Text;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>Lines of text: "v x y z" for a vertex, "f a b c …" for a face of any number of corners.</summary>
internal static class ObjFormat
{
    private static readonly string[] Keywords =
        ["v", "vt", "vn", "vp", "f", "l", "p", "o", "g", "s", "usemtl", "mtllib", "cstype", "deg", "curv", "surf", "parm", "end", "bmat",
            "step"];

    public static bool Matches(ReadOnlySpan<byte> head)
    {
        if (head.Contains((byte)0))
            return false;
        var vertices = 0;
        var lines = Encoding.UTF8.GetString(head).Split('\n');

        // The last line may be cut where the head ends.
        foreach (var line in lines.AsSpan(0, Math.Max(1, lines.Length - 1)))
        {
            var text = line.AsSpan().Trim();
            if (text.IsEmpty || text[0] == '#')
                continue;
            var end = text.IndexOfAny(' ', '\t');
            var keyword = end < 0 ? text : text[..end];
            if (!Array.Exists(Keywords, IsKeyword(keyword.ToString())) && !text.Contains('/'))
                return false;
            if (keyword is "v")
                vertices++;
        }

        return vertices > 0;
    }

    public static long CountTriangles(Stream file)
    {
        var triangles = 0L;
        var bytes = new ByteReader(file);
        bool isMore;
        do
        {
            isMore = ReadLine(bytes, out var corners);
            triangles += Math.Max(0, corners - 2);
        }
        while (isMore);
        return triangles;
    }

    /// <summary>Reads a line and counts the corners of its face; false at the end of the file.</summary>
    private static bool ReadLine(ByteReader file, out long corners)
    {
        corners = 0;
        var next = file.Next();
        while (IsSpace(next) || IsMark(next))
            next = file.Next();
        var isFace = next == 'f' && IsSpace(next = file.Next());
        for (var wasSpace = true; next >= 0 && !IsLineEnd(next); next = file.Next())
        {
            var isSpace = IsSpace(next);
            if (isFace && wasSpace && !isSpace)
                corners++;
            wasSpace = isSpace;
        }

        return next >= 0;
    }

    private static bool IsLineEnd(int one) => one is '\n' or '\r';

    private static bool IsSpace(int one) => one is ' ' or '\t' or '\v' or '\f';

    // What some put first, to say that it is UTF-8.
    private static bool IsMark(int one) => one is 0xEF or 0xBB or 0xBF;

    private static Predicate<string> IsKeyword(string word) => candidate => candidate == word;
}
