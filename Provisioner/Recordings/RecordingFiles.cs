using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Recordings;

/// <summary>What guacd has recorded of one use of a desktop, on the disk. The file is named after the desktop.</summary>
internal sealed record RecordedFile(string Id, string? Desktop, long Bytes, DateTimeOffset LastWrite);

/// <summary>The folder that guacd writes into: a folder for each use of a desktop, named after its row in Guacamole's history.</summary>
internal sealed class RecordingFiles(IOptions<RecordingsOptions> options)
{
    private readonly string _directory = options.Value.Directory;

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

    public IReadOnlyList<RecordedFile> List() => Directory.Exists(_directory)
        ? [.. Directory.EnumerateDirectories(_directory).Select(path => Find(Path.GetFileName(path))).OfType<RecordedFile>()]
        : [];

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
        if (Find(id) is not null)
            Directory.Delete(Path.Combine(_directory, id), recursive: true);
    }
}
