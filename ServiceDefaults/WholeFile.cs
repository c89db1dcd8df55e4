namespace GuacAspire.ServiceDefaults;

/// <summary>
/// Writes files that are there as a whole or not at all, whenever the process is killed, the power fails or the disk is full. Who has been
/// told that a file is written finds it after a power cut.
/// </summary>
public static class WholeFile
{
    /// <summary>The end of the name of a file that is being written. One that is left is of a process that was killed.</summary>
    public const string Partial = ".partial";

    /// <summary>Writes a file aside, and puts it into its place when all of it is on the disk.</summary>
    /// <param name="path">Its place; what stands there is replaced.</param>
    /// <param name="content">What is in it.</param>
    /// <exception cref="IOException">The file could not be written, and what stood there still does.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written, and what stood there still does.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content) => Write(path, content, Disk.Real);

    /// <summary>Writes a file aside, and puts it into its place when all of it is on the disk.</summary>
    /// <param name="path">Its place; what stands there is replaced.</param>
    /// <param name="write">Writes what is in it. What it throws is thrown on, and what stood there still does.</param>
    /// <returns>A task that completes when the file is in its place.</returns>
    /// <exception cref="IOException">The file could not be written, and what stood there still does.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written, and what stood there still does.</exception>
    public static Task WriteAsync(string path, Func<Stream, Task> write) => WriteAsync(path, write, Disk.Real);

    /// <summary>Brings the bytes of a file to the disk that stands in a folder which is put into its place later.</summary>
    /// <param name="file">A file that has been written.</param>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public static void Sync(FileStream file) => Disk.Real.SyncFile(file);

    internal static void Write(string path, ReadOnlySpan<byte> content, Disk disk)
    {
        var partial = path + Partial;
        try
        {
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(content);
                disk.SyncFile(file);
            }

            disk.MoveFile(partial, path);
        }
        catch
        {
            TryDelete(partial);
            throw;
        }

        disk.SyncFolder(FolderOf(path));
    }

    internal static async Task WriteAsync(string path, Func<Stream, Task> write, Disk disk)
    {
        var partial = path + Partial;
        try
        {
            await using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            {
                await write(file);
                disk.SyncFile(file);
            }

            disk.MoveFile(partial, path);
        }
        catch
        {
            TryDelete(partial);
            throw;
        }

        disk.SyncFolder(FolderOf(path));
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Why the file could not be written says more.
        }
    }
}
