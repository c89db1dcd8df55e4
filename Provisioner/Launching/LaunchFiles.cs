using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Launching;

/// <summary>
/// Keeps the file that each desktop was launched with until the desktop is gone, so that a launch can be resumed after a crash, ours or
/// Blender's. It need not outlive a power cut, which ends every desktop.
/// </summary>
internal sealed partial class LaunchFiles(IOptions<DesktopsOptions> options, ILogger<LaunchFiles> logger)
{
    private readonly string _directory = Path.Combine(options.Value.Store, "spool");
    private readonly DiskFloor _floor = new(options.Value.MinFree is { } floor ? ByteSize.Parse(floor) : null);

    public bool Has(string id) => new FileInfo(PathOf(id)) is { Exists: true, Length: > 0 };

    /// <param name="id">The desktop.</param>
    /// <param name="mesh">The file.</param>
    /// <param name="limit">How large it may be; null for what we have saved ourselves.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task WriteAsync(string id, Stream mesh, long? limit, CancellationToken cancellationToken)
    {
        WholeFolder.Create(_directory);
        var partial = PathOf(id) + WholeFile.Partial;
        try
        {
            await using (var file = File.Create(partial))
            {
                await CopyAsync(mesh, file, limit, cancellationToken);
                if (file.Length == 0)
                    throw new ProblemException(StatusCodes.Status400BadRequest, "The mesh is empty", "The part 'file' has no bytes.");
            }

            File.Move(partial, PathOf(id));
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    public Stream Open(string id) => new FileStream(PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, useAsync: true);

    public void Move(string id, string newId) => File.Move(PathOf(id), PathOf(newId));

    public void Delete(string id)
    {
        if (Directory.Exists(_directory))
            File.Delete(PathOf(id));
    }

    /// <summary>Deletes what belongs to no desktop any more.</summary>
    public void Sweep(Func<string, bool> isNeeded)
    {
        if (!Directory.Exists(_directory))
            return;
        foreach (var file in Directory.EnumerateFiles(_directory).Where(file => !isNeeded(Path.GetFileNameWithoutExtension(file))))
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogLeft(file, e.Message);
            }
        }
    }

    private async Task CopyAsync(Stream mesh, FileStream file, long? limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        int read;
        var floor = _floor.Along(_directory, DiskUse.Launch);
        while ((read = await mesh.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (file.Position + read > limit)
            {
                throw new ProblemException(
                    StatusCodes.Status413PayloadTooLarge, "The mesh is too large", $"A mesh may have at most {limit >> 20} MiB.");
            }

            floor.Require(read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private string PathOf(string id) => Path.Combine(_directory, id);

    [LoggerMessage(LogLevel.Warning, "The file {File}, which no desktop needs any more, could not be removed yet: {Reason}")]
    private partial void LogLeft(string file, string reason);
}
