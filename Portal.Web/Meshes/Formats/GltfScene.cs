using System.Text.Json;

namespace GuacAspire.Portal.Web.Meshes.Formats;

/// <summary>Counts the triangles of a glTF document: those of each mesh, as often as a node shows it.</summary>
internal static class GltfScene
{
    public static long? CountTriangles(ReadOnlySpan<byte> json)
    {
        var scene = JsonSerializer.Deserialize<Document>(json, JsonSerializerOptions.Web) ?? throw new JsonException();
        if (scene.Meshes is not { Length: > 0 } meshes)
            return 0;

        var perMesh = meshes.Select(mesh => mesh?.Primitives?.Sum(primitive => Triangles(primitive, scene.Accessors ?? [])) ?? 0).ToArray();
        var shown = scene.Nodes?.Select(node => node?.Mesh).OfType<int>().Where(index => index >= 0 && index < meshes.Length)
            .ToArray() ?? [];
        return shown.Length > 0 ? shown.Sum(index => perMesh[index]) : perMesh.Sum();
    }

    private static long Triangles(Primitive? primitive, Accessor?[] accessors)
    {
        var index = primitive?.Indices ?? (primitive?.Attributes?.TryGetValue("POSITION", out var position) == true ? position : -1);
        if (index < 0 || index >= accessors.Length || accessors[index] is not { Count: var corners })
            return 0;
        return primitive!.Mode switch
        {
            null or 4 => corners / 3,
            5 or 6 => Math.Max(0, corners - 2),
            _ => 0,
        };
    }

    private sealed record Document(Mesh?[]? Meshes, Node?[]? Nodes, Accessor?[]? Accessors);

    private sealed record Mesh(Primitive?[]? Primitives);

    private sealed record Primitive(Dictionary<string, int>? Attributes, int? Indices, int? Mode);

    private sealed record Node(int? Mesh);

    private sealed record Accessor(long Count);
}
