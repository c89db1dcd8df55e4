using System.Globalization;

namespace GuacAspire.Gateway.Configuration;

/// <summary>
/// Reads single settings in the official image's spelling; what cannot be understood stops the start with a clear message.
/// </summary>
internal static class Settings
{
    /// <summary>A variable, or the content of the file that the variable with <c>_FILE</c> appended names, as the image does it.</summary>
    public static string? Text(this IConfiguration configuration, string name)
    {
        if (configuration[name] is { Length: > 0 } value)
            return value;
        return configuration[name + "_FILE"] is { Length: > 0 } file ? File.ReadAllText(file).TrimEnd('\r', '\n') : null;
    }

    public static int Number(this IConfiguration configuration, string name, int fallback)
    {
        var text = configuration.Text(name);
        if (text is null)
            return fallback;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw new InvalidOperationException($"{name} must be a whole number that is not negative, but is \"{text}\".");
    }

    public static bool Flag(this IConfiguration configuration, string name, bool fallback = false) =>
        configuration.Text(name)?.ToLowerInvariant() switch
        {
            null => fallback,
            "true" => true,
            "false" => false,
            var text => throw new InvalidOperationException($"{name} must be true or false, but is \"{text}\"."),
        };

    public static IReadOnlyList<string> List(this IConfiguration configuration, string name) =>
        configuration.Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>A part of the image is on if <c>…ENABLED</c> says so, or without that if any variable begins with its prefix.</summary>
    public static bool IsEnabled(this IConfiguration configuration, string prefix) =>
        configuration.Text(prefix + "ENABLED") is { } text
            ? text == "true"
            : configuration.GetChildren().Any(
                child => child.Key.StartsWith(prefix, StringComparison.Ordinal) && !string.IsNullOrEmpty(child.Value));
}
