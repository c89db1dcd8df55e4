using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GuacAspire.ServiceDefaults;

/// <summary>
/// What has to be done, and in which order, for a power cut to leave a file whole: its bytes on the disk before its name, and then the
/// name, which is in the folder and not in the file. The one place that asks the system for that.
/// </summary>
internal class Disk
{
    private const int ReadOnly = 0;
    private const int InvalidArgument = 22;

    /// <summary>The disk that there is, or what a test that cuts the power has put in its place.</summary>
    public static Disk Real { get; set; } = new();

    /// <summary>Brings a file's bytes to the disk.</summary>
    /// <param name="file">A file that has been written.</param>
    public virtual void SyncFile(FileStream file) => file.Flush(flushToDisk: true);

    /// <summary>Gives a file its name; what has had it is replaced.</summary>
    /// <param name="from">The name that it has.</param>
    /// <param name="to">The name that it gets, in the same folder.</param>
    public virtual void MoveFile(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Gives a folder its name.</summary>
    /// <param name="from">The name that it has.</param>
    /// <param name="to">The name that it gets, in the same folder.</param>
    public virtual void MoveFolder(string from, string to) => Directory.Move(from, to);

    /// <summary>Brings what stands in a folder, which is its files' names, to the disk.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public virtual void SyncFolder(string path)
    {
        // Windows neither has this nor needs it.
        if (OperatingSystem.IsWindows())
            return;
        var number = Native.Open(path, ReadOnly);
        var fault = number < 0 ? Marshal.GetLastPInvokeError() : 0;
        using var folder = new SafeFileHandle(number, ownsHandle: true);
        if (number >= 0 && Native.Sync(number) != 0)
            fault = Marshal.GetLastPInvokeError();
        // A file system that has no such thing says that it makes no sense.
        if (fault is not (0 or InvalidArgument))
            throw new IOException($"The folder {path} could not be brought to the disk: {Marshal.GetPInvokeErrorMessage(fault)}", fault);
    }

    private static class Native
    {
        [DllImport(
            "libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open(string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Sync(int file);
    }
}
