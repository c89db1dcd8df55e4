using System.Globalization;

namespace GuacAspire.Provisioner.Desktops;

/// <summary>Sizes as people write them for containers: <c>3g</c>, <c>512m</c>, or plain bytes.</summary>
internal static class ByteSize
{
    public static bool TryParse(string text, out long bytes)
    {
        var digits = text.AsSpan().Trim();
        var shift = digits.Length == 0 ? 0 : char.ToLowerInvariant(digits[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        if (shift > 0)
            digits = digits[..^1];
        var isNumber = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var fits = isNumber && number <= long.MaxValue >> shift;
        bytes = fits ? number << shift : 0;
        return fits;
    }

    public static long Parse(string text) => TryParse(text, out var bytes) ? bytes : throw new FormatException($"'{text}' is not a size.");

    /// <summary>A size as people read it.</summary>
    public static string Describe(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / (1L << 30):0.#} GiB")
        : $"{bytes >> 20} MiB";
}
