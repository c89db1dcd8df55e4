using System.Globalization;
using System.Text;

namespace Aspire.Hosting.Blender;

/// <summary>What people read in place of ids.</summary>
internal static class DesktopNames
{
    private const string GuestPrefix = "guest-";
    private const int GuestLength = 26;
    private const int IdShown = 6;
    private const int LongestMesh = 40;

    /// <summary>
    /// A resource's name: the mesh's, as far as Aspire takes its letters, and as much of the desktop's id as tells two apart.
    /// </summary>
    public static string NameOf(DesktopChange desktop) =>
        $"{MeshOf(desktop)}-{desktop.Id[..Math.Min(IdShown, desktop.Id.Length)]}";

    /// <summary>The name for the rare case that another desktop has the short one.</summary>
    public static string LongNameOf(DesktopChange desktop) => $"{MeshOf(desktop)}-{desktop.Id}";

    /// <summary>What kind of person somebody is. Who it is concerns nobody here.</summary>
    public static string OwnerKind(string owner) =>
        owner.Length == GuestLength && owner.StartsWith(GuestPrefix, StringComparison.Ordinal) ? "guest" : "account";

    /// <summary>A time that has passed.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "under 1 min",
        { TotalHours: < 1 } => $"{age.Minutes} min",
        { TotalDays: < 1 } => $"{age.Hours} h {age.Minutes} min",
        _ => $"{age.Days} d {age.Hours} h",
    };

    /// <summary>A size, of which nobody wants to know every byte.</summary>
    public static string Size(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB")
        : $"{bytes >> 20} MiB";

    private static string MeshOf(DesktopChange desktop)
    {
        var name = new StringBuilder();
        foreach (var letter in Path.GetFileNameWithoutExtension(desktop.FileName ?? desktop.Mesh))
        {
            if (char.IsAsciiLetter(letter) || (char.IsAsciiDigit(letter) && name.Length > 0))
                name.Append(char.ToLowerInvariant(letter));
            else if (name.Length > 0 && name[^1] != '-')
                name.Append('-');
            if (name.Length == LongestMesh)
                break;
        }

        var mesh = name.ToString().TrimEnd('-');
        return mesh.Length == 0 ? "desktop" : mesh;
    }
}
