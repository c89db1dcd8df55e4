namespace GuacAspire.ServiceDefaults;

/// <summary>
/// Makes folders that are still there after a power cut, and puts folders with all that is in them into their place at once.
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
