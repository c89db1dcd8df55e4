namespace GuacAspire.Provisioner.Launching;

/// <summary>The formats that the desktops' Blender opens.</summary>
internal static class MeshFormats
{
    private static readonly string[] Extensions = [".blend", ".stl", ".obj", ".ply", ".glb", ".gltf", ".fbx"];

    public static string All => string.Join(", ", Extensions);

    public static bool IsKnown(string fileName) => Extensions.Contains(Path.GetExtension(fileName), StringComparer.OrdinalIgnoreCase);
}
