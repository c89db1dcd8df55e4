using System.Text.Json;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>
/// Counts the triangles of a glTF document: those of each mesh, as often as a node shows it. What belongs together stands far apart in it,
/// so it is read three times rather than kept.
/// </summary>
internal sealed class GltfScene
{
    // Nothing that counts takes less, with the comma behind it.
    private const int BytesOfAnItem = 3;

    private readonly Stream _file;
    private readonly long _start;
    private readonly long _bytes;
    private readonly IndexCounts _corners;
    private readonly IndexCounts _shown;
    private readonly GltfWalk _all;

    /// <summary>Reads it for the first time.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public GltfScene(Stream file, long start, long bytes)
    {
        (_file, _start, _bytes) = (file, start, bytes);
        var most = (int)Math.Min((bytes / BytesOfAnItem) + 1, Array.MaxLength);
        (_corners, _shown) = (new IndexCounts(most), new IndexCounts(most));
        _all = Walk(new GltfWalk { OnNode = _shown.Ask, OnPrimitive = (_, accessor, _) => _corners.Ask(accessor) });
    }

    public bool HasAsset => _all.HasAsset;

    /// <summary>Whether buffers or images lie in files beside it.</summary>
    public bool NeedsOthers => _all.NeedsOthers;

    /// <summary>Counts.</summary>
    /// <exception cref="JsonException">Something is not what glTF has in its place.</exception>
    /// <exception cref="OverflowException">There would be more than any file can hold.</exception>
    public long CountTriangles()
    {
        if (_all.IsMalformed)
            throw new JsonException("It is no glTF.");
        _corners.Keep(_all.Accessors);
        _shown.Keep(_all.Meshes);
        if (_corners.IsEmpty)
            return 0;

        Walk(new GltfWalk
        {
            OnNode = mesh => _shown[mesh]++,
            OnAccessor = (accessor, count) => _corners[accessor] = checked((uint)Math.Max(0, count)),
        });
        var triangles = 0L;
        Walk(new GltfWalk
        {
            OnPrimitive = (mesh, accessor, mode) => triangles = checked(triangles + (Times(mesh) * Triangles(_corners[accessor], mode))),
        });
        return triangles;
    }

    // Where no node shows any mesh, each counts once.
    private long Times(int mesh) => _shown.IsEmpty ? 1 : _shown[mesh];

    private static long Triangles(long corners, int? mode) => mode switch
    {
        null or 4 => corners / 3,
        5 or 6 => Math.Max(0, corners - 2),
        _ => 0,
    };

    private GltfWalk Walk(GltfWalk walk)
    {
        _file.Position = _start;
        walk.Read(_file, _bytes);
        return walk;
    }
}
