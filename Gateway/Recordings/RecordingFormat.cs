using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Gateway.Recordings;

/// <summary>
/// Tells recordings of screens from other files: nothing in their names does, but they begin with an instruction. What a file begins with
/// does not change while it grows, so each is opened once, however often a history is listed.
/// </summary>
internal sealed class RecordingFormat
{
    public const string TimingSuffix = ".timing";

    // The stock server takes no longer instruction for one.
    private const int MaxLength = 8192;

    // More than a history lists at once; twice as many are remembered at most.
    private const int Many = 4096;

    private readonly Lock _lock = new();
    private Dictionary<string, Known> _recent = [];
    private Dictionary<string, Known> _older = [];

    public bool Is(FileInfo file)
    {
        // Opening a pipe would wait for whoever writes to it; it has no length.
        if (file.Length == 0)
            return false;
        if (Find(file.FullName) is { } known && known.IsOf(file))
            return known.IsRecording;
        if (Look(file) is not { } found)
            return false;
        Keep(file.FullName, found);
        return found.IsRecording;
    }

    private static Known? Look(FileInfo file)
    {
        try
        {
            Span<byte> start = stackalloc byte[MaxLength];
            using var opened = new FileStream(
                file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var read = opened.ReadAtLeast(start, MaxLength, throwOnEndOfStream: false);
            return new Known(InstructionScanner.TryFindFirst(start[..read], out var length) && length > 0, read, file.LastWriteTimeUtc);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private Known? Find(string path)
    {
        lock (_lock)
        {
            if (_recent.TryGetValue(path, out var known))
                return known;
            if (!_older.TryGetValue(path, out known))
                return null;
            KeepLocked(path, known);
            return known;
        }
    }

    private void Keep(string path, Known known)
    {
        lock (_lock)
            KeepLocked(path, known);
    }

    private void KeepLocked(string path, Known known)
    {
        // What has not been asked for since the last time it was full is forgotten.
        if (_recent.Count >= Many)
            (_older, _recent) = (_recent, []);
        _recent[path] = known;
    }

    /// <summary>What was found in the first bytes of a file, when it was last written at that time.</summary>
    private sealed record Known(bool IsRecording, int Bytes, DateTime Written)
    {
        /// <summary>Whether it still holds: nothing was written since, or it has grown behind what was looked at.</summary>
        public bool IsOf(FileInfo file) =>
            file.LastWriteTimeUtc == Written
            || (file.LastWriteTimeUtc > Written && file.Length >= Bytes && (IsRecording || Bytes == MaxLength));
    }
}
