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
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            var text = line.AsSpan().TrimStart();
            if (!text.StartsWith("f ") && !text.StartsWith("f\t"))
                continue;
            var corners = 0;
            foreach (var range in text[2..].SplitAny(' ', '\t'))
            {
                if (!text[2..][range].Trim().IsEmpty)
                    corners++;
            }

            triangles += Math.Max(0, corners - 2);
        }

        return triangles;
    }

    private static Predicate<string> IsKeyword(string word) => candidate => candidate == word;
}
