using GuacAspire.Provisioner.Saving;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Launching;

/// <summary>Keeps each desktop's mesh until the desktop is gone, so that a launch can be resumed after a crash, ours or Blender's.</summary>
internal sealed class MeshSpool(IOptions<DesktopsOptions> options)
{
    private readonly string _directory = Path.Combine(options.Value.Store, "spool");

    public bool Has(string id) => File.Exists(PathOf(id));

    /// <param name="id">The desktop.</param>
    /// <param name="mesh">The file.</param>
    /// <param name="limit">How large it may be; null for what we have saved ourselves.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task WriteAsync(string id, Stream mesh, long? limit, CancellationToken cancellationToken)
    {
        PrivateDirectory.Create(_directory);
        var partial = PathOf(id) + ".partial";
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

    /// <summary>Deletes what belongs to no launch any more.</summary>
    public void Sweep(Func<string, bool> isNeeded)
    {
        if (!Directory.Exists(_directory))
            return;
        foreach (var file in Directory.EnumerateFiles(_directory).Where(file => !isNeeded(Path.GetFileNameWithoutExtension(file))))
            File.Delete(file);
    }

    private static async Task CopyAsync(Stream mesh, FileStream file, long? limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await mesh.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (file.Length + read > limit)
            {
                throw new ProblemException(
                    StatusCodes.Status413PayloadTooLarge, "The mesh is too large", $"A mesh may have at most {limit >> 20} MiB.");
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private string PathOf(string id) => Path.Combine(_directory, id);
}
