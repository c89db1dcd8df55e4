using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Saving;

/// <summary>A file that Blender has saved and that is safe on our disk.</summary>
internal sealed record SavedFile(string Path, DateTimeOffset SavedAt);

/// <summary>
/// Keeps saved files by owner and mesh. A file is either there as a whole or not at all, and no name that anybody chose becomes part of
/// a path.
/// </summary>
internal sealed class SaveStore(IOptions<DesktopsOptions> options, TimeProvider time)
{
    private const string TimeFormat = "yyyyMMdd'T'HHmmssfff'Z'";
    private const string Extension = ".blend";

    /// <summary>Stores what <paramref name="write"/> writes. If that fails, everything is as before.</summary>
    public async Task<SavedFile> AddAsync(DesktopClaim claim, Func<Stream, Task> write)
    {
        var directory = DirectoryOf(claim);
        PrivateDirectory.Create(directory);
        var savedAt = time.GetUtcNow();
        var path = Path.Combine(directory, $"{savedAt.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{claim.Id}{Extension}");
        var partial = path + ".partial";
        try
        {
            await using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            {
                await write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
            return new(path, savedAt);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>The newest file that a desktop has saved.</summary>
    public SavedFile? Newest(DesktopClaim claim)
    {
        var directory = DirectoryOf(claim);
        var suffix = $"-{claim.Id}{Extension}";
        var newest = Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*" + suffix).Max(StringComparer.Ordinal)
            : null;
        return newest is not null
            && DateTimeOffset.TryParseExact(
                Path.GetFileName(newest)[..^suffix.Length],
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var savedAt)
            ? new(newest, savedAt)
            : null;
    }

    private string DirectoryOf(DesktopClaim claim) => Path.Combine(options.Value.Store, Name(claim.Owner), Name(claim.Mesh));

    private static string Name(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
