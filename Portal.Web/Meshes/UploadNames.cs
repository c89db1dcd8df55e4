namespace GuacAspire.Portal.Web.Meshes;

/// <summary>Makes a name to show out of the name of an uploaded file.</summary>
internal static class UploadNames
{
    private const int Longest = 80;

    public static string Clean(string fileName)
    {
        var last = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        var stem = Path.GetFileNameWithoutExtension(last);
        var name = string.Concat(stem.Where(letter => !char.IsControl(letter))).Replace('_', ' ').Trim();
        return name switch
        {
            "" => "Unnamed",
            { Length: > Longest } => name[..Longest],
            _ => name,
        };
    }
}
