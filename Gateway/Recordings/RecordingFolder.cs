using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;

namespace GuacAspire.Gateway.Recordings;

/// <summary>
/// Finds what guacd has recorded: a file that is named after a row's UUID, or the files in a folder of that name. Who writes there has
/// spoken with strangers' desktops, so nothing is followed out of the folder, and only what is asked for by a name of ours is opened.
/// </summary>
internal sealed class RecordingFolder(GatewayOptions options)
{
    private static readonly Dictionary<string, ActivityLog> None = [];

    // The namespace of URLs.
    private static readonly Guid Urls = Guid.Parse("6ba7b811-9dad-11d1-80b4-00c04fd430c8");

    private readonly RecordingFormat _format = new();

    public bool IsEnabled => options.RecordingPath is not null;

    /// <summary>The files of a row by name, which is made of their address and says nothing about it.</summary>
    public IReadOnlyDictionary<string, ActivityLog> Of(string uuid)
    {
        if (options.RecordingPath is not { } root)
            return None;
        var path = Path.Combine(root, uuid);
        try
        {
            return new DirectoryInfo(path) switch
            {
                { Exists: true, LinkTarget: null } folder =>
                    folder.EnumerateFiles().Where(IsOwn).ToDictionary(file => Name(file.FullName), Describe),
                _ when new FileInfo(path) is { Exists: true } file && IsOwn(file) =>
                    new Dictionary<string, ActivityLog> { [Name(path)] = Describe(file) },
                _ => None,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Just removed, or not ours to read.
            return None;
        }
    }

    /// <summary>Opens a file as it is now: what is still being written does not grow while it is read.</summary>
    public static Stream Open(ActivityLog log)
    {
        // Reading nothing out of something is not worth waiting for: a pipe has no length either.
        if (new FileInfo(log.Path) is not { Exists: true, LinkTarget: null } file)
            throw GuacamoleException.Missing("No such log.");
        if (file.Length == 0)
            return Stream.Null;
        FileStream? opened = null;
        try
        {
            opened = new FileStream(
                log.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, useAsync: true);
            if (opened.Length > 0 && IsWhereItSeems(opened))
                return new SnapshotStream(opened, opened.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone since.
        }

        opened?.Dispose();
        throw GuacamoleException.Missing("No such log.");
    }

    /// <summary>The name that the stock extension gives: a name-based UUID of the file's URL.</summary>
    internal static string Name(string path)
    {
        // Java writes such a URL with a single slash.
        var address = new UriBuilder(Uri.UriSchemeFile, "") { Path = path }.Uri.AbsoluteUri;
        var url = Encoding.UTF8.GetBytes(address.Replace("file:///", "file:/", StringComparison.Ordinal));
        var name = new byte[16 + url.Length];
        BinaryPrimitives.WriteUInt128BigEndian(name, Bits(Urls));
        url.CopyTo(name, 16);
        // MD5 is what the format prescribes; nothing rests on its strength.
#pragma warning disable CA5351
        var hash = MD5.HashData(name);
#pragma warning restore CA5351
        hash[6] = (byte)((hash[6] & 0x0F) | 0x30);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true).ToString();
    }

    private static UInt128 Bits(Guid guid) => BinaryPrimitives.ReadUInt128BigEndian(guid.ToByteArray(bigEndian: true));

    private static bool IsOwn(FileInfo file) => file.LinkTarget is null;

    /// <summary>Between a look and an opening a file can become a link; where the kernel tells what was opened, that is asked.</summary>
    private static bool IsWhereItSeems(FileStream file) =>
        !OperatingSystem.IsLinux()
        || new FileInfo($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}").LinkTarget is not { } real
        || (Path.GetFileName(real) == Path.GetFileName(file.Name) && FolderName(real) == FolderName(file.Name));

    private static string? FolderName(string path) => Path.GetFileName(Path.GetDirectoryName(path));

    private ActivityLog Describe(FileInfo file) => new(TypeOf(file), file.FullName);

    private string TypeOf(FileInfo file) => file switch
    {
        _ when _format.Is(file) => ActivityLog.SessionRecording,
        _ when File.Exists(file.FullName + RecordingFormat.TimingSuffix) => ActivityLog.Typescript,
        { Extension: RecordingFormat.TimingSuffix } => ActivityLog.TypescriptTiming,
        _ => ActivityLog.ServerLog,
    };
}
