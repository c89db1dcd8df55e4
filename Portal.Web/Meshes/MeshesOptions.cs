namespace GuacAspire.Portal.Web.Meshes;

/// <summary>The section <c>Meshes</c>: where the samples lie.</summary>
internal sealed class MeshesOptions
{
    public string Directory { get; set; } = "../Meshes";
}
