using System.Globalization;

namespace GuacAspire.Provisioner.Saving;

/// <summary>
/// The name of a saved file: when, by which desktop, and whether somebody asked for it. Names sort by time; without the extension a name is
/// the save's id, which nobody can guess, as the desktop's own is part of it.
/// </summary>
internal sealed record SaveName(DateTimeOffset SavedAt, string Desktop, bool IsCheckpoint)
{
    public const string Extension = ".blend";

    private const string TimeFormat = "yyyyMMdd'T'HHmmssfff'Z'";
    private const string Checkpoint = "checkpoint";

    public string Id
    {
        get
        {
            var time = SavedAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
            return IsCheckpoint ? $"{time}-{Desktop}-{Checkpoint}" : $"{time}-{Desktop}";
        }
    }

    public string FileName => Id + Extension;

    public static SaveName? Parse(string path)
    {
        if (!path.EndsWith(Extension, StringComparison.Ordinal))
            return null;
        var parts = Path.GetFileNameWithoutExtension(path).Split('-');
        var isCheckpoint = parts is [_, _, Checkpoint];
        return (isCheckpoint || parts is [_, _]) && DateTimeOffset.TryParseExact(
            parts[0], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var savedAt)
            ? new(savedAt, parts[1], isCheckpoint)
            : null;
    }
}

/// <summary>A file that Blender has saved and that is safe on our disk.</summary>
internal sealed record SavedFile(string Path, SaveName Name)
{
    public const string PictureExtension = ".png";

    public DateTimeOffset SavedAt => Name.SavedAt;

    /// <summary>Where its picture is, if it has one.</summary>
    public string PicturePath => System.IO.Path.ChangeExtension(Path, PictureExtension);

    public void Delete()
    {
        // In this order, so that no picture is left without its file.
        File.Delete(PicturePath);
        File.Delete(Path);
    }
}
