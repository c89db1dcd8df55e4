using System.Runtime.InteropServices;

namespace Aspire.Hosting.Guacamole;

/// <summary>
/// The folder that guacd writes into and others read. guacd makes folders and files that only its own user may read (since 1.6.0 the group,
/// too), so it has to be the user who reads them; root reads everything, and so lets guacd be somebody who owns nothing else.
/// </summary>
internal sealed class RecordingsFolder(string path, bool isShared)
{
    // Nobody's, by Debian's rules for user ids.
    private const uint Stranger = 54822;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // In guacd's image root's home is there as well, is root's alone, and whoever else runs there gets to nothing that is mounted below.
    private const string Closed = "/root/";

    /// <summary>Where the folders of those who have named none lie.</summary>
    public static string DefaultRoot
    {
        get
        {
            var own = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            return own.StartsWith(Closed, StringComparison.Ordinal) ? "/var/lib" : own;
        }
    }

    public uint UserId { get; } = IsRoot ? Stranger : Native.GetUserId();

    public uint GroupId { get; } = IsRoot ? Stranger : Native.GetGroupId();

    private static bool IsRoot => Native.GetUserId() == 0;

    private UnixFileMode Mode => isShared ? Owner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute : Owner;

    public void Create()
    {
        if (OperatingSystem.IsWindows())
            return;
        if (path.StartsWith(Closed, StringComparison.Ordinal))
        {
            throw new DistributedApplicationException(
                $"guacd cannot get to {path}: only root can. Name another folder: Recordings:Directory.");
        }

        // The one above is made private, too; one that exists stays as it is.
        if (Path.GetDirectoryName(path) is { } parent)
            Directory.CreateDirectory(parent, Owner);
        Directory.CreateDirectory(path, Owner);
        if (Native.ChangeOwner(path, UserId, GroupId) != 0)
        {
            throw new DistributedApplicationException(
                $"The folder for recordings, {path}, is another user's. Name another: Recordings:Directory.");
        }

        File.SetUnixFileMode(path, Mode);
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "geteuid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern uint GetUserId();

        [DllImport("libc", EntryPoint = "getegid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern uint GetGroupId();

        [DllImport("libc", EntryPoint = "chown", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
    }
}
