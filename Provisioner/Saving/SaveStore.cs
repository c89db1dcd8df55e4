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

    /// <summary>Stores what <paramref name="write"/> writes. If that fails, everything is as before.</summary>
    /// <exception cref="StoreException">The store could not take it.</exception>
    public async Task<SavedFile> AddAsync(DesktopClaim claim, bool isCheckpoint, Func<Stream, Task> write)
    {
        var shelf = ShelfOf(claim.Owner, claim.Mesh);
        try
        {
            var name = new SaveName(Next(shelf), claim.Id, isCheckpoint);
            await shelf.LabelAsync(new(claim.Owner, claim.Mesh, Path.ChangeExtension(claim.FileName, SaveName.Extension)));
            var path = await shelf.WriteAsync(name.FileName, write);
            SaveRetention.Thin(shelf, options.Value.SavesKept, registry.IsAlive);
            return new(path, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(e);
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

    /// <summary>Finds a save by its id.</summary>
    public (Save Save, SavedFile File)? Find(string owner, string id) =>
        List(owner).FirstOrDefault(save => save.Id == id) is { } save
            && ShelfOf(owner, save.Mesh).Files().FirstOrDefault(file => file.Name.Id == id) is { } file
            ? (save, file)
            : null;

    public void RemoveAllOf(string owner)
    {
        var directory = Path.Combine(_directory, Hash(owner));
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    /// <summary>Removes the folders of owners of whom nothing is left: guests come and go for ever.</summary>
    public void Tidy(DateTimeOffset before)
    {
        foreach (var owner in Folders(_directory).Where(owner => Directory.GetLastWriteTimeUtc(owner) < before))
        {
            try
            {
                if (!Directory.EnumerateFileSystemEntries(owner).Any())
                    Directory.Delete(owner);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody saves there just now, or it goes with the next sweep.
            }
        }
    }

    /// <summary>Every folder, whoever it belongs to.</summary>
    public IEnumerable<SaveShelf> Shelves() => Folders(_directory).SelectMany(Folders).Select(folder => new SaveShelf(folder));

    private (Save Save, SavedFile File)? FindNewer(string owner, string id) =>
        SaveName.Parse(id + SaveName.Extension) is { IsCheckpoint: true } replaced
            && List(owner).FirstOrDefault(save => save.Desktop == replaced.Desktop && save.SavedAt > replaced.SavedAt) is { } newer
            ? Find(owner, newer.Id)
            : null;

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
        Folders(Path.Combine(_directory, Hash(owner))).Select(folder => new SaveShelf(folder));

    private SaveShelf ShelfOf(string owner, string mesh) => new(Path.Combine(_directory, Hash(owner), Hash(mesh)));

    // Names tell what is newest. Where somebody has set the clock back they go on from there: what is saved now must not pass for old.
    private DateTimeOffset Next(SaveShelf shelf)
    {
        var now = time.GetUtcNow();
        return shelf.Files() is [var last, ..] && last.SavedAt > now ? last.SavedAt.AddMilliseconds(1) : now;
    }

    private static IEnumerable<Save> Read(SaveShelf shelf, string owner)
    {
        if (shelf.ReadLabel() is not { } label || label.Owner != owner)
            yield break;
        foreach (var file in shelf.Files())
        {
            if (new FileInfo(file.Path) is { Exists: true } info)
            {
                yield return new(
                    file.Name.Id, owner, label.Mesh, label.FileName, file.Name.Desktop, file.SavedAt, info.Length, file.Name.IsCheckpoint,
                    File.Exists(file.PicturePath));
            }
        }
    }

    private static string[] Folders(string directory) => Directory.Exists(directory) ? Directory.GetDirectories(directory) : [];

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

/// <summary>A save that is being read.</summary>
/// <param name="Save">Which one.</param>
/// <param name="Content">The .blend.</param>
/// <param name="IsNewer">Whether it has replaced the one that was asked for.</param>
internal sealed record OpenedSave(Save Save, FileStream Content, bool IsNewer);

/// <summary>A saved file could not be kept: the fault is the store's and not the desktop's, which still has the work.</summary>
internal sealed class StoreException(Exception innerException) : ProblemException(
    innerException.IsDiskFull() ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status500InternalServerError,
    innerException.IsDiskFull() ? "The disk is full" : "The store does not take the file",
    innerException.IsDiskFull()
        ? "The disk that keeps saved work is full. Your desktop goes on with all that you have done; whoever runs this has to make room."
        : "Saved work cannot be kept at the moment. Your desktop goes on with all that you have done; the Provisioner's log says more.",
    innerException);
