using System.Globalization;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

internal sealed class ExpressionParts(int literalLength = 0, int formattedCount = 0)
{
    private readonly List<IValueProvider> _providers = new(formattedCount);
    private readonly List<string> _expressions = new(formattedCount);
    private readonly List<string?> _formats = new(formattedCount);

    public StringBuilder Text { get; } = new(literalLength);

    public void Add(IValueProvider provider, string expression, string? format)
    {
        Text.Append(CultureInfo.InvariantCulture, $"{{{_providers.Count}}}");
        _providers.Add(provider);
        _expressions.Add(expression);
        _formats.Add(format);
    }

    public ReferenceExpression Build() => new(Text.ToString(), [.. _providers], [.. _expressions], [.. _formats]);
}

internal static class ValueFormat
{
    public static string? Apply(string? value, string? format) => format?.ToLowerInvariant() switch
    {
        null => value,
        "uri" => value is null ? null : Uri.EscapeDataString(value),
        _ => throw new FormatException($"The format '{format}' is not supported. Supported formats are: uri"),
    };

    // A brace that its writer has doubled already stays as it is, as in the genuine handler.
    public static string EscapeBraces(string value)
    {
        if (value.AsSpan().IndexOfAny('{', '}') < 0) return value;

        var text = new StringBuilder(value.Length + 4);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            text.Append(c);
            if (c is not ('{' or '}')) continue;
            text.Append(c);
            if (i + 1 < value.Length && value[i + 1] == c) i++;
        }

        return text.ToString();
    }
}
