namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>How one tells Blender from other pictures, and a viewport with a mesh from an empty one.</summary>
internal static class BlenderLook
{
    /// <summary>Where the 3D viewport's middle is, in shares of the picture, with Blender's default layout.</summary>
    public static (float X, float Y) ViewportCentre => (0.4f, 0.45f);

    /// <summary>Blender's interface is dark, grey and busy.</summary>
    public static bool IsBlender(Picture picture)
    {
        var all = picture.Part(0, 0, 1, 1).ToArray();
        var darkGrey = all.Count(pixel => IsGrey(pixel) && pixel.Red is > 15 and < 100);
        return darkGrey > all.Length * 0.5 && all.Distinct().Count() > 200;
    }

    /// <summary>The middle of the viewport holds something lit: many shades, where an empty one has a background and a grid.</summary>
    public static bool ShowsAMesh(Picture picture)
    {
        var middle = Middle(picture);
        var bright = middle.Count(pixel => pixel.Red > 110);
        return IsBlender(picture) && bright > middle.Length * 0.08;
    }

    private static (byte Red, byte Green, byte Blue)[] Middle(Picture picture) =>
        [.. picture.Part(ViewportCentre.X - 0.12, ViewportCentre.Y - 0.15, ViewportCentre.X + 0.12, ViewportCentre.Y + 0.15)];

    private static bool IsGrey((byte Red, byte Green, byte Blue) pixel) =>
        Math.Max(pixel.Red, Math.Max(pixel.Green, pixel.Blue)) - Math.Min(pixel.Red, Math.Min(pixel.Green, pixel.Blue)) < 12;
}
