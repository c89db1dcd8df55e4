using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Saving;

/// <summary>
/// Keeps saved files by owner and mesh. They outlive the desktop and this process. No name that anybody chose becomes part of a path.
/// </summary>
internal sealed class SaveStore(DesktopRegistry registry, IOptions<DesktopsOptions> options, TimeProvider time)
{
    private readonly string _directory = Path.Combine(options.Value.Store, "saves");
    private readonly DiskFloor _floor = new(options.Value.MinFree is { } floor ? ByteSize.Parse(floor) : null);
    private readonly long _most = ByteSize.Parse(options.Value.SavesMaxBytes);

    // Where saves were seen last. No more than a hint: whoever shows a list asks for each picture in it next.
    private const int MaxPlaces = 20_000;
    private readonly ConcurrentDictionary<string, string> _places = new();

    // How many write for each owner just now.
    private readonly Dictionary<string, int> _writers = [];

    /// <summary>Stores what <paramref name="write"/> writes. If that fails, everything is as before.</summary>
    /// <exception cref="StoreException">The store could not take it.</exception>
    /// <exception cref="OwnerGoneException">Nobody could ever ask for it.</exception>
    public async Task<SavedFile> AddAsync(DesktopClaim claim, bool isCheckpoint, Func<Stream, Task> write)
    {
        BeginWriting(claim.Owner);
        try
        {
            var shelf = ShelfOf(claim.Owner, claim.Mesh);
            await shelf.LabelAsync(new(claim.Owner, claim.Mesh, Path.ChangeExtension(claim.FileName, SaveName.Extension)));
            _floor.Require(_directory, DiskUse.Work);
            var name = new SaveName(Next(shelf), claim.Id, isCheckpoint);
            var path = await shelf.WriteAsync(name.FileName, write);
            if (registry.Departed.Has(claim.Owner))
                throw new OwnerGoneException();
            SaveRetention.Thin(shelf, options.Value.SavesKept, registry.IsNeeded);
            SaveRetention.Bound(Shelves(claim.Owner), _most, registry.IsNeeded);
            return new(path, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw registry.Departed.Has(claim.Owner) ? new OwnerGoneException(e) : new StoreException(e);
        }
        finally
        {
            EndWriting(claim.Owner);
        }
    }

    /// <summary>Stores the picture of a saved file beside it.</summary>
    public static async Task AddPictureAsync(SavedFile saved, byte[] picture) =>
        await new SaveShelf(Path.GetDirectoryName(saved.Path)!)
            .WriteAsync(Path.GetFileName(saved.PicturePath), file => file.WriteAsync(picture).AsTask());

    /// <summary>
    /// Opens a save by its id. In place of a checkpoint that a newer save of its desktop has replaced since somebody saw it in a list, that
    /// newer one is opened.
    /// </summary>
    /// <returns>Null when the owner has neither; else the caller disposes the content.</returns>
    public OpenedSave? Open(string owner, string id)
    {
        while (Find(owner, id) is { } exact)
        {
            if (TryOpen(exact.File) is { } content)
                return new(exact.Save, content, IsNewer: false);
        }

        // What takes its place may be replaced in its turn while it is being opened, and then there is a newer one still.
        while (FindNewer(owner, id) is { } newer)
        {
            if (TryOpen(newer.File) is { } content)
                return new(newer.Save, content, IsNewer: true);
        }

        return null;
    }

    /// <summary>Opens the newest file that a desktop has saved; the caller disposes it.</summary>
    public (DateTimeOffset SavedAt, FileStream Content)? OpenNewest(DesktopClaim claim)
    {
        while (Newest(claim) is { } file)
        {
            if (TryOpen(file) is { } content)
                return (file.SavedAt, content);
        }

        return null;
    }

    /// <summary>The newest file that a desktop has saved.</summary>
    public SavedFile? Newest(DesktopClaim claim) =>
        ShelfOf(claim.Owner, claim.Mesh).Files().FirstOrDefault(file => file.Name.Desktop == claim.Id);

    /// <summary>Everything that an owner has saved, the newest first.</summary>
    public IReadOnlyList<Save> List(string owner) =>
        [.. Shelves(owner).SelectMany(shelf => Read(shelf, owner)).OrderByDescending(save => save.SavedAt)];

    /// <summary>
    /// Finds a save by its id, which is its file's name: however many there are, no more than one file is looked at in a folder, and where
    /// it was seen in a list no other folder.
    /// </summary>
    public (Save Save, SavedFile File)? Find(string owner, string id)
    {
        // What reads as a name and is another is none of ours, and might lead elsewhere.
        if (SaveName.Parse(id + SaveName.Extension) is not { } name || name.Id != id)
            return null;
        if (registry.Departed.Has(owner))
            return null;
        var known = _places.TryGetValue(id, out var place) ? Find(new SaveShelf(place), name, owner) : null;
        return known ?? Shelves(owner).Select(shelf => Find(shelf, name, owner)).FirstOrDefault(found => found is not null);
    }

    /// <summary>
    /// Removes all that an owner has saved, who will never come back. Nothing more is taken for that owner; what is being written just now
    /// goes with the last who writes.
    /// </summary>
    public void RemoveAllOf(string owner)
    {
        registry.Departed.Add(owner);
        lock (_writers)
        {
            if (_writers.ContainsKey(owner))
                return;
        }

        Remove(owner);
    }

    /// <summary>Removes the folders of owners of whom nothing is left: guests come and go for ever.</summary>
    public void Tidy(DateTimeOffset before)
    {
        foreach (var owner in Folders(_directory).Where(owner => IsLeft(owner) || Directory.GetLastWriteTimeUtc(owner) < before))
        {
            try
            {
                if (IsLeft(owner))
                    Directory.Delete(owner, recursive: true);
                else if (!Directory.EnumerateFileSystemEntries(owner).Any())
                    Directory.Delete(owner);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody saves there just now, or it goes with the next sweep.
            }
        }
    }

    /// <summary>Every folder, whoever it belongs to.</summary>
    public IEnumerable<SaveShelf> Shelves() =>
        Folders(_directory).Where(owner => !IsLeft(owner)).SelectMany(Folders).Select(folder => new SaveShelf(folder));

    private (Save Save, SavedFile File)? FindNewer(string owner, string id) =>
        SaveName.Parse(id + SaveName.Extension) is { IsCheckpoint: true } replaced
            && Shelves(owner).SelectMany(shelf => shelf.Files()).Select(file => file.Name)
                .Where(name => name.Desktop == replaced.Desktop && name.SavedAt > replaced.SavedAt)
                .MaxBy(name => name.SavedAt) is { } newer
            ? Find(owner, newer.Id)
            : null;

    private static bool IsLeft(string folder) => folder.EndsWith(WholeFile.Partial, StringComparison.Ordinal);

    private void BeginWriting(string owner)
    {
        lock (_writers)
        {
            if (registry.Departed.Has(owner))
                throw new OwnerGoneException();
            _writers[owner] = _writers.GetValueOrDefault(owner) + 1;
        }
    }

    private void EndWriting(string owner)
    {
        lock (_writers)
        {
            if (--_writers[owner] > 0)
                return;
            _writers.Remove(owner);
        }

        if (!registry.Departed.Has(owner))
            return;
        try
        {
            Remove(owner);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is nobody's, and ages out.
        }
    }

    private void Remove(string owner)
    {
        var folder = FolderOf(owner);
        if (!Directory.Exists(folder))
            return;
        // Somebody may be about to put a picture there.
        WholeFolder.Remove(folder, $"{folder}-{Guid.NewGuid():N}{WholeFile.Partial}");
    }

    private static FileStream? TryOpen(SavedFile file)
    {
        try
        {
            return new(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, useAsync: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private IEnumerable<SaveShelf> Shelves(string owner) =>
        registry.Departed.Has(owner) ? [] : Folders(FolderOf(owner)).Select(folder => new SaveShelf(folder));

    private SaveShelf ShelfOf(string owner, string mesh) => new(Path.Combine(FolderOf(owner), Hash(mesh)));

    private string FolderOf(string owner) => Path.Combine(_directory, Hash(owner));

    // Names tell what is newest. Where somebody has set the clock back they go on from there: what is saved now must not pass for old.
    private DateTimeOffset Next(SaveShelf shelf)
    {
        var now = time.GetUtcNow();
        return shelf.Files() is [var last, ..] && last.SavedAt > now ? last.SavedAt.AddMilliseconds(1) : now;
    }

    private (Save Save, SavedFile File)? Find(SaveShelf shelf, SaveName name, string owner)
    {
        var file = new SavedFile(Path.Combine(shelf.Directory, name.FileName), name);
        if (new FileInfo(file.Path) is not { Exists: true } info || shelf.ReadLabel() is not { } label || label.Owner != owner)
            return null;
        Remember(name, shelf);
        return (Describe(label, file, info.Length, File.Exists(file.PicturePath)), file);
    }

    private void Remember(SaveName name, SaveShelf shelf)
    {
        if (_places.Count >= MaxPlaces)
            _places.Clear();
        _places[name.Id] = shelf.Directory;
    }

    private IEnumerable<Save> Read(SaveShelf shelf, string owner)
    {
        if (shelf.ReadLabel() is not { } label || label.Owner != owner)
            yield break;
        foreach (var (file, bytes, hasPicture) in shelf.Entries())
        {
            Remember(file.Name, shelf);
            yield return Describe(label, file, bytes, hasPicture);
        }
    }

    private static Save Describe(ShelfLabel label, SavedFile file, long bytes, bool hasPicture) => new(
        file.Name.Id, label.Owner, label.Mesh, label.FileName, file.Name.Desktop, file.SavedAt, bytes, file.Name.IsCheckpoint, hasPicture);

    private static string[] Folders(string directory) => Directory.Exists(directory) ? Directory.GetDirectories(directory) : [];

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

/// <summary>A save that is being read.</summary>
/// <param name="Save">Which one.</param>
/// <param name="Content">The .blend.</param>
/// <param name="IsNewer">Whether it has replaced the one that was asked for.</param>
internal sealed record OpenedSave(Save Save, FileStream Content, bool IsNewer);

/// <summary>Nothing is kept any more of what this guest does.</summary>
internal sealed class OwnerGoneException(Exception? innerException = null) : ProblemException(
    StatusCodes.Status410Gone, "This guest is gone", "Nothing is kept of a guest who has signed out.", innerException);

/// <summary>A saved file could not be kept: the fault is the store's and not the desktop's, which still has the work.</summary>
internal sealed class StoreException(Exception innerException) : ProblemException(
    innerException.IsDiskFull() ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status500InternalServerError,
    innerException.IsDiskFull() ? "The disk is full" : "The store does not take the file",
    innerException.IsDiskFull()
        ? "The disk that keeps saved work is full. Your desktop goes on with all that you have done; whoever runs this has to make room."
        : "Saved work cannot be kept at the moment. Your desktop goes on with all that you have done; the Provisioner's log says more.",
    innerException);
