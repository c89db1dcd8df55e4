using System.Globalization;
using System.Text;

namespace GuacAspire.Portal.Web.Meshes;

/// <summary>A mesh of the catalogue.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Format">blend, stl, obj, ply, glb, gltf or fbx.</param>
/// <param name="Bytes">The size of its file.</param>
/// <param name="Triangles">How many triangles it has, where that could be counted.</param>
/// <param name="Owner">Whose upload it is; null for a sample.</param>
/// <param name="Thumbnail">Where its picture is, if there is one.</param>
internal sealed record MeshInfo(string Id, string Name, string Format, long Bytes, long? Triangles, string? Owner, string? Thumbnail);

/// <summary>A mesh and where its bytes are.</summary>
internal sealed record Mesh(MeshInfo Info, string Path, string? ThumbnailPath)
{
    public string Id => Info.Id;

    /// <summary>The name in letters that every file system and program takes.</summary>
    public string Slug { get; } = ToSlug(Info.Name, Info.Id);

    public string FileName => $"{Slug}.{Info.Format}";

    public FileStream OpenRead() => new(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, useAsync: true);

    private static string ToSlug(string name, string fallback)
    {
        var slug = new StringBuilder();
        foreach (var letter in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(letter))
                slug.Append(char.ToLowerInvariant(letter));
            else if (slug.Length > 0 && slug[^1] != '-' && CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)
                slug.Append('-');
        }

        var trimmed = slug.ToString().Trim('-');
        return trimmed.Length == 0 ? fallback : trimmed[..Math.Min(trimmed.Length, 60)];
    }
}
