using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Gateway.Recordings;

/// <summary>Tells recordings of screens from other files: nothing in their names does, but they begin with an instruction.</summary>
internal static class RecordingFormat
{
    public const string TimingSuffix = ".timing";

    // The stock server takes no longer instruction for one.
    private const int MaxLength = 8192;

    public static bool Is(FileInfo file)
    {
        // Opening a pipe would wait for whoever writes to it; it has no length.
        if (file.Length == 0)
            return false;
        try
        {
            Span<byte> start = stackalloc byte[MaxLength];
            using var opened = new FileStream(
                file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var read = opened.ReadAtLeast(start, MaxLength, throwOnEndOfStream: false);
            return InstructionScanner.TryFindFirst(start[..read], out var length) && length > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
