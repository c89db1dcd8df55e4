namespace GuacAspire.Portal.Web.Meshes.Formats;

internal static class FbxFormat
{
    /// <summary>The binary kind; Blender does not read the ASCII one.</summary>
    public static bool Matches(ReadOnlySpan<byte> head) => head.StartsWith("Kaydara FBX Binary  \0"u8);
}
