using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using GuacAspire.Portal.Web.Meshes.Formats;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web.Meshes;

/// <summary>
/// The uploads: a folder each, named by us, that appears complete or not at all. The name that a person gave is only ever text in it.
/// </summary>
internal sealed class UploadStore : IDisposable
{
    private const string Partial = ".partial";
    private const string Picture = "thumbnail.png";
    private const string About = "mesh.json";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";

    private readonly ConcurrentDictionary<string, Mesh> _uploads = new();
    private readonly Dictionary<string, int> _arriving = [];

    private readonly DepartedOwners _departed;
    private readonly CheckTurns _checks = new();
    private readonly PortalPaths _paths;
    private readonly PortalOptions _options;
    private readonly DiskFloor _floor;

    public UploadStore(PortalPaths paths, IOptions<PortalOptions> options, TimeProvider time)
    {
        (_paths, _options, _departed) = (paths, options.Value, new(time));
        _floor = new(_options.MinFreeBytes);
        foreach (var folder in Directory.EnumerateDirectories(paths.Uploads))
            TakeUp(folder);
    }

    public IEnumerable<Mesh> List(string owner) =>
        _uploads.Values.Where(mesh => mesh.Info.Owner == owner).OrderBy(mesh => mesh.Info.Name, StringComparer.OrdinalIgnoreCase);

    public Mesh? Find(string id, string owner) => _uploads.TryGetValue(id, out var mesh) && mesh.Info.Owner == owner ? mesh : null;

    /// <summary>Takes a file in as it streams by; refuses it in words when it is too large or no mesh.</summary>
    public async Task<Mesh> AddAsync(string owner, string fileName, Stream content, CancellationToken cancellationToken)
    {
        var format = MeshFormats.OfName(fileName);
        BeginArrival(owner);
        try
        {
            return await TakeAsync(owner, fileName, format, content, cancellationToken);
        }
        finally
        {
            EndArrival(owner);
        }
    }

    public void Dispose() => _checks.Dispose();

    /// <summary>What is on its way counts as well: many at once would be many too many.</summary>
    private void BeginArrival(string owner)
    {
        lock (_arriving)
        {
            if (_departed.Has(owner))
                throw UploadRefusals.OwnerGone();
            var arriving = _arriving.GetValueOrDefault(owner);
            if (List(owner).Count() + arriving >= _options.MaxUploadsPerOwner)
                throw UploadRefusals.TooMany(_options.MaxUploadsPerOwner);
            _arriving[owner] = arriving + 1;
        }
    }

    private void EndArrival(string owner)
    {
        lock (_arriving)
        {
            if (--_arriving[owner] == 0)
                _arriving.Remove(owner);
        }
    }

    private async Task<Mesh> TakeAsync(string owner, string fileName, string format, Stream content, CancellationToken cancellationToken)
    {
        var id = RandomNumberGenerator.GetString(Letters, 20);
        var folder = Path.Combine(_paths.Uploads, id);
        var partial = Directory.CreateDirectory(folder + Partial).FullName;
        try
        {
            var file = Path.Combine(partial, "mesh");
            var bytes = await CopyAsync(content, file, cancellationToken);
            var triangles = await _checks.DoAsync(owner, () => MeshFormats.Check(file, format), cancellationToken);
            var info = new MeshInfo(id, UploadNames.Clean(fileName), format, bytes, triangles, owner, Thumbnail: null);
            WholeFile.Write(Path.Combine(partial, About), JsonSerializer.SerializeToUtf8Bytes(info));
            return Keep(partial, folder, info);
        }
        finally
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
        }
    }

    /// <summary>Lets an upload appear; unless its owner has gone while it came.</summary>
    private Mesh Keep(string partial, string folder, MeshInfo info)
    {
        lock (_arriving)
        {
            if (_departed.Has(info.Owner!))
                throw UploadRefusals.OwnerGone();
            WholeFolder.Place(partial, folder);
            return _uploads[info.Id] = At(folder, info);
        }
    }

    /// <summary>The uploads that nobody has taken a picture of yet.</summary>
    public IEnumerable<Mesh> WithoutPicture() => _uploads.Values.Where(mesh => mesh.ThumbnailPath is null);

    /// <summary>Keeps an upload's picture, if the upload is still there.</summary>
    public async Task AddPictureAsync(Mesh mesh, byte[] picture, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(mesh.Path)!;
        try
        {
            _floor.Require(_paths.Uploads, DiskUse.Upload, picture.Length);
            await WholeFile.WriteAsync(Path.Combine(folder, Picture), file => file.WriteAsync(picture, cancellationToken).AsTask());
            _uploads.TryUpdate(mesh.Id, At(folder, mesh.Info), mesh);
        }
        catch (DirectoryNotFoundException)
        {
            // Deleted meanwhile.
        }
    }

    public void Remove(Mesh mesh)
    {
        if (!_uploads.TryRemove(mesh.Id, out _))
            return;
        // Somebody may be about to put its picture there.
        var folder = Path.Combine(_paths.Uploads, mesh.Id);
        WholeFolder.Remove(folder, folder + Partial);
    }

    /// <summary>Removes all that an owner has uploaded, who will never come back, and takes nothing more for that owner.</summary>
    public void RemoveAllOf(string owner)
    {
        lock (_arriving)
            _departed.Add(owner);

        foreach (var mesh in List(owner).ToList())
            Remove(mesh);
    }

    private void TakeUp(string folder)
    {
        try
        {
            // What is not whole was never said to be kept, or is left of what was removed.
            if (folder.EndsWith(Partial, StringComparison.Ordinal) || Load(folder) is not { } mesh)
                Directory.Delete(folder, recursive: true);
            else
                _uploads[mesh.Id] = mesh;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It cannot be read or removed now, and stays as it is for the next start.
        }
    }

    private static Mesh At(string folder, MeshInfo info)
    {
        var picture = Path.Combine(folder, Picture);
        return File.Exists(picture)
            ? new(info with { Thumbnail = $"/api/meshes/{info.Id}/{Picture}" }, Path.Combine(folder, "mesh"), picture)
            : new(info, Path.Combine(folder, "mesh"), null);
    }

    private static Mesh? Load(string folder)
    {
        try
        {
            var info = JsonSerializer.Deserialize<MeshInfo>(File.ReadAllBytes(Path.Combine(folder, About)));
            var mesh = new FileInfo(Path.Combine(folder, "mesh"));
            return info is { Owner: not null } && mesh.Exists && mesh.Length == info.Bytes ? At(folder, info) : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or JsonException)
        {
            return null;
        }
    }

    private async Task<long> CopyAsync(Stream content, string file, CancellationToken cancellationToken)
    {
        await using var target = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        var buffer = new byte[1 << 16];
        var total = 0L;
        var floor = _floor.Along(_paths.Uploads, DiskUse.Upload);
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (total + read > _options.MaxUploadBytes)
                throw UploadRefusals.TooLarge(_options.MaxUploadBytes);
            floor.Require(read);
            total += read;
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        WholeFile.Sync(target);
        return total > 0 ? total : throw UploadRefusals.Empty();
    }
}
