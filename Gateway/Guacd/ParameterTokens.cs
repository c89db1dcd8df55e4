using System.Text.RegularExpressions;

namespace GuacAspire.Gateway.Guacd;

/// <summary>
/// Replaces <c>${TOKEN}</c> in parameter values; <c>$${TOKEN}</c> is literal, and <c>:UPPER</c>, <c>:LOWER</c> change the case,
/// <c>:OPTIONAL</c> makes the unknown empty.
/// </summary>
internal static partial class ParameterTokens
{
    public static Dictionary<string, string> Fill(
        IReadOnlyDictionary<string, string> parameters, IReadOnlyDictionary<string, string?> tokens) =>
        parameters.ToDictionary(parameter => parameter.Key, parameter => Fill(parameter.Value, tokens));

    public static string Fill(string value, IReadOnlyDictionary<string, string?> tokens) => Token().Replace(value, match =>
    {
        if (match.Groups["escape"].Success)
            return match.Value[1..];
        if (tokens.GetValueOrDefault(match.Groups["name"].Value) is not { } replacement)
            return match.Groups["modifier"].Value == "OPTIONAL" ? "" : match.Value;
        return match.Groups["modifier"].Value switch
        {
            "UPPER" => replacement.ToUpperInvariant(),
            "LOWER" => replacement.ToLowerInvariant(),
            _ => replacement,
        };
    });

    [GeneratedRegex(@"(?<escape>\$)?\$\{(?<name>[A-Za-z0-9_]*)(:(?<modifier>[^}]*))?\}")]
    private static partial Regex Token();
}
