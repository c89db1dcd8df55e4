using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Recordings;

/// <summary>What guacd has recorded of one use of a desktop, on the disk. The file is named after the desktop.</summary>
internal sealed record RecordedFile(string Id, string? Desktop, long Bytes, DateTimeOffset LastWrite);

/// <summary>The folder that guacd writes into: a folder for each use of a desktop, named after its row in Guacamole's history.</summary>
internal sealed class RecordingFiles(IOptions<RecordingsOptions> options, TimeProvider time)
{
    // What nobody has written to for so long is most likely over.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    // And is looked at again all the same, now and then.
    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(5);

    private readonly string _directory = options.Value.Directory;
    private readonly ConcurrentDictionary<string, (RecordedFile File, long LookedAt)> _settled = new();

    public bool IsConfigured => _directory.Length > 0;

    /// <summary>How much room is left beside them; null where that cannot be told.</summary>
    public long? FreeBytes
    {
        get
        {
            try
            {
                return new DriveInfo(_directory).AvailableFreeSpace;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// All that there is. Those that are over are remembered for a while, since there may be thousands, each in a folder of its own; how one
    /// is now that may still grow says <see cref="Find"/>.
    /// </summary>
    public IReadOnlyList<RecordedFile> List()
    {
        if (!Directory.Exists(_directory))
            return [];
        var ids = Directory.EnumerateDirectories(_directory).Select(path => Path.GetFileName(path)).ToHashSet();
        foreach (var gone in _settled.Keys.Where(id => !ids.Contains(id)))
            _settled.TryRemove(gone, out _);
        return [.. ids.Select(Look).OfType<RecordedFile>()];
    }

    /// <summary>Nothing but a UUID is ever part of a path.</summary>
    public RecordedFile? Find(string id)
    {
        if (!Guid.TryParseExact(id, "D", out _))
            return null;
        if (new DirectoryInfo(Path.Combine(_directory, id)) is not { Exists: true, LinkTarget: null } folder)
            return null;
        try
        {
            var files = folder.EnumerateFiles().ToList();
            var lastWrite = files.Select(file => file.LastWriteTimeUtc).Append(folder.LastWriteTimeUtc).Max();
            return new(id, files.FirstOrDefault()?.Name, files.Sum(file => file.Length), lastWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Removed at this moment.
            return null;
        }
    }

    public void Remove(string id)
    {
        _settled.TryRemove(id, out _);
        if (Find(id) is not null)
            Directory.Delete(Path.Combine(_directory, id), recursive: true);
    }

    private RecordedFile? Look(string id)
    {
        if (_settled.TryGetValue(id, out var known) && time.GetElapsedTime(known.LookedAt) < Lasting)
            return known.File;
        if (Find(id) is not { } file)
            return null;
        if (time.GetUtcNow() - file.LastWrite > Settled)
            _settled[id] = (file, time.GetTimestamp());
        return file;
    }
}
