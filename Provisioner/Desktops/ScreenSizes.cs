using System.Globalization;

namespace GuacAspire.Provisioner.Desktops;

/// <summary>What sizes a screen can have.</summary>
internal static class ScreenSizes
{
    public const string Bounds = "320x240 to 3840x2160";

    public static bool IsWithinBounds(this ScreenSize size) => size is { Width: >= 320 and <= 3840, Height: >= 240 and <= 2160 };

    /// <summary>The largest size of the same shape that is within another; never a larger one.</summary>
    public static ScreenSize Within(this ScreenSize size, ScreenSize most)
    {
        var share = Math.Min(1, Math.Min((double)most.Width / size.Width, (double)most.Height / size.Height));
        return new((int)Math.Round(size.Width * share), (int)Math.Round(size.Height * share));
    }

    public static string Format(this ScreenSize size) => string.Create(CultureInfo.InvariantCulture, $"{size.Width}x{size.Height}");

    /// <summary>Reads what <see cref="DesktopsOptionsValidator"/> has found to look like <c>1280x800</c>.</summary>
    public static ScreenSize Parse(string text)
    {
        var parts = text.Split('x');
        return new(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
