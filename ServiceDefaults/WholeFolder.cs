namespace GuacAspire.ServiceDefaults;

/// <summary>
/// Makes folders that are still there after a power cut, puts folders with all that is in them into their place at once, and removes them
/// for good.
/// </summary>
public static class WholeFolder
{
    /// <summary>
    /// Makes a folder that is nobody else's to read, with those above it that are missing. One that is there stays as it is.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">It could not be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void Create(string path) => Create(path, Disk.Real);

    /// <summary>
    /// Puts a folder that was filled aside into its place. Its files have to be on the disk already.
    /// </summary>
    /// <param name="aside">The folder.</param>
    /// <param name="path">Its place, beside it.</param>
    /// <exception cref="IOException">It could not be put there.</exception>
    public static void Place(string aside, string path) => Place(aside, path, Disk.Real);

    /// <summary>
    /// Removes a folder with all that is in it. Who has been told that it is gone does not find it after a power cut.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="aside">
    /// A name beside it that nobody has, under which it goes: a folder that somebody puts a file into meanwhile cannot be removed. A kill
    /// may leave it there.
    /// </param>
    /// <exception cref="IOException">It could not be removed.</exception>
    public static void Remove(string path, string aside) => Remove(path, aside, Disk.Real);

    internal static void Remove(string path, string aside, Disk disk)
    {
        disk.MoveFolder(path, aside);
        disk.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Directory.Delete(aside, recursive: true);
    }

    internal static void Create(string path, Disk disk)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(folder))
            return;
        var above = Path.GetDirectoryName(folder);
        if (above is not null)
            Create(above, disk);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (above is not null)
            disk.SyncFolder(above);
    }

    internal static void Place(string aside, string path, Disk disk)
    {
        disk.SyncFolder(aside);
        disk.MoveFolder(aside, path);
        disk.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
