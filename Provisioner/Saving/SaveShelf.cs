using System.Text.Json;
using GuacAspire.ServiceDefaults;

namespace GuacAspire.Provisioner.Saving;

/// <summary>
/// Whose work a folder holds, of which mesh, and what it is called. Stands beside the files, since no folder is named after people.
/// </summary>
internal sealed record ShelfLabel(string Owner, string Mesh, string FileName);

/// <summary>The folder with what one owner has saved of one mesh.</summary>
internal sealed class SaveShelf(string directory)
{
    private const string LabelName = "about.json";

    public string Directory => directory;

    /// <summary>What it holds, the newest first.</summary>
    public IReadOnlyList<SavedFile> Files()
    {
        try
        {
            return [.. System.IO.Directory.EnumerateFiles(directory)
                .Select(path => SaveName.Parse(path) is { } name ? new SavedFile(path, name) : null)
                .OfType<SavedFile>()
                .OrderByDescending(file => file.Name.FileName, StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>The same with how large each file is, and whether there is a picture of it: the folder is read once.</summary>
    public IReadOnlyList<(SavedFile File, long Bytes, bool HasPicture)> Entries()
    {
        try
        {
            var entries = new DirectoryInfo(directory).EnumerateFiles().ToDictionary(entry => entry.Name);
            return [.. entries.Values
                .Select(entry => (Entry: entry, Name: SaveName.Parse(entry.Name)))
                .Where(one => one.Name is not null && one.Entry.Exists)
                .Select(one => (
                    new SavedFile(one.Entry.FullName, one.Name!),
                    one.Entry.Length,
                    entries.ContainsKey(Path.ChangeExtension(one.Entry.Name, SavedFile.PictureExtension))))];
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            return [];
        }
    }

    public ShelfLabel? ReadLabel()
    {
        try
        {
            return JsonSerializer.Deserialize<ShelfLabel>(File.ReadAllBytes(Path.Combine(directory, LabelName)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Makes the folder and says on it what it is for.</summary>
    public async Task LabelAsync(ShelfLabel label)
    {
        WholeFolder.Create(directory);
        if (ReadLabel() != label)
            await WriteAsync(LabelName, file => JsonSerializer.SerializeAsync(file, label));
    }

    /// <summary>Writes a file that is there as a whole or not at all, whenever the process is killed or the disk is full.</summary>
    public async Task<string> WriteAsync(string name, Func<Stream, Task> write)
    {
        var path = Path.Combine(directory, name);
        await WholeFile.WriteAsync(path, write);
        return path;
    }

    /// <summary>Removes what a killed process has left half written, and the folder itself when it holds no work.</summary>
    public void Tidy(DateTimeOffset before)
    {
        var entries = new DirectoryInfo(directory).EnumerateFiles().ToList();
        foreach (var entry in entries.Where(entry => entry.Extension == WholeFile.Partial && entry.LastWriteTimeUtc < before))
            TryDelete(entry.FullName);
        foreach (var entry in entries.Where(entry => entry.Extension == SavedFile.PictureExtension && !File.Exists(Path.ChangeExtension(entry.FullName, SaveName.Extension))))
            TryDelete(entry.FullName);
        if (entries.All(entry => entry.Name == LabelName && entry.LastWriteTimeUtc < before))
            System.IO.Directory.Delete(directory, recursive: true);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
            // It goes with the next sweep.
        }
    }
}
