namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>glTF as JSON; taken only when its buffers and images are inside it.</summary>
internal static class GltfFormat
{
    public static bool Matches(ReadOnlySpan<byte> head) => head.TrimStart("\uFEFF \t\r\n"u8).StartsWith("{"u8) && !head.Contains((byte)0);

    public static long? CountTriangles(Stream file)
    {
        var scene = new GltfScene(file, start: 0, file.Length);
        if (!scene.HasAsset)
            throw UploadRefusals.NotWhatItSays("gltf", null);
        return scene.NeedsOthers ? throw UploadRefusals.NotSelfContained() : scene.CountTriangles();
    }
}
