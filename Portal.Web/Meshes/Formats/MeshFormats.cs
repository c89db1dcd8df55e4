
namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>Knows the formats by what is in a file, and counts triangles where that is cheap.</summary>
internal static class MeshFormats
{
    private static readonly (string Name, Func<FileStream, ReadOnlyMemory<byte>, bool> Matches)[] Formats =
    [
        ("blend", (_, head) => BlendFormat.Matches(head.Span)),
        ("glb", (_, head) => GlbFormat.Matches(head.Span)),
        ("fbx", (_, head) => FbxFormat.Matches(head.Span)),
        ("ply", (_, head) => PlyFormat.Matches(head.Span)),
        ("gltf", (_, head) => GltfFormat.Matches(head.Span)),
        ("stl", (file, head) => StlFormat.Matches(head.Span, file.Length)),
        ("obj", (_, head) => ObjFormat.Matches(head.Span)),
    ];

    /// <summary>The format that a file's name announces.</summary>
    public static string OfName(string fileName)
    {
        var extension = Path.GetExtension(fileName).TrimStart('.').ToLowerInvariant();
        return Array.Exists(Formats, format => format.Name == extension) ? extension : throw UploadRefusals.UnknownFormat();
    }

    /// <summary>Refuses a file that is not what it says; returns its triangles where they can be counted.</summary>
    public static long? Check(string path, string format)
    {
        using var file = File.OpenRead(path);
        var head = new byte[Math.Min(file.Length, 64 << 10)];
        file.ReadExactly(head);
        if (!Array.Find(Formats, candidate => candidate.Name == format).Matches(file, head))
        {
            var looksLike = Array.Find(Formats, candidate => candidate.Matches(file, head)).Name;
            throw UploadRefusals.NotWhatItSays(format, looksLike);
        }

        file.Position = 0;
        try
        {
            return Count(file, head, format);
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException or System.Text.Json.JsonException
            or OverflowException)
        {
            throw UploadRefusals.NotWhole(format);
        }
    }

    private static long? Count(FileStream file, ReadOnlyMemory<byte> head, string format) => format switch
    {
        "stl" => StlFormat.CountTriangles(file, head.Span),
        "obj" => ObjFormat.CountTriangles(file),
        "ply" => PlyFormat.CountTriangles(file),
        "glb" => GlbFormat.CountTriangles(file),
        "gltf" => GltfFormat.CountTriangles(file),
        _ => null,
    };
}
