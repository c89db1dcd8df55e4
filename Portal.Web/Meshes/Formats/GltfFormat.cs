using System.Text.Json;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>glTF as JSON; taken only when its buffers and images are inside it.</summary>
internal static class GltfFormat
{
    public static bool Matches(ReadOnlySpan<byte> head) => head.TrimStart("\uFEFF \t\r\n"u8).StartsWith("{"u8) && !head.Contains((byte)0);

    public static long? CountTriangles(Stream file)
    {
        var json = new byte[file.Length];
        file.ReadExactly(json);
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("asset", out _))
            throw UploadRefusals.NotWhatItSays("gltf", null);
        return NeedsOthers(root, "buffers") || NeedsOthers(root, "images")
            ? throw UploadRefusals.NotSelfContained()
            : GltfScene.CountTriangles(json);
    }

    private static bool NeedsOthers(JsonElement root, string property) =>
        root.TryGetProperty(property, out var items)
        && items.ValueKind == JsonValueKind.Array
        && items.EnumerateArray().Any(item =>
            item.ValueKind == JsonValueKind.Object && item.TryGetProperty("uri", out var uri)
            && (uri.ValueKind == JsonValueKind.String ? uri.GetString() : null)?.StartsWith("data:", StringComparison.Ordinal) != true);
}
