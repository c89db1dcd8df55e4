namespace GuacAspire.Portal.Web.Meshes.Formats;

internal static class BlendFormat
{
    /// <summary>Plain, or compressed as Blender does it: gzip before 3.0, Zstandard since.</summary>
    public static bool Matches(ReadOnlySpan<byte> head) =>
        head.StartsWith("BLENDER"u8) || head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])
            || head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);
}
