using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>What differs from run to run, under the names that the recordings' templates use.</summary>
internal sealed partial class Variables
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public Variables()
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var hours in (int[])[3, 5])
            _values[$"hour_plus_{hours}"] = now.AddHours(hours).ToString("HH:00:00", CultureInfo.InvariantCulture);
        _values["today"] = now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        _values["year"] = now.ToString("yyyy", CultureInfo.InvariantCulture);
    }

    public string this[string name]
    {
        set => _values[name] = value;
    }

    public string Fill(string template) => Name().Replace(template, match => _values.GetValueOrDefault(match.Groups[1].Value, match.Value));

    /// <summary>Takes the values that an answer gives for the first time from where the recorded answer has them.</summary>
    public void Capture(RecordedRequest recorded, Answer answer)
    {
        foreach (var (name, value) in recorded.Captures)
        {
            _values[name] = Find(Json.Sorted(Json.Parse(recorded.Answer)), Json.Sorted(Json.Parse(answer.Body)), value)
                ?? (recorded.Answer == value ? answer.Body : null)
                ?? recorded.AnswerHeaders.Where(header => header.Value?.ToString() == value)
                    .Select(header => answer.Header(header.Key)).FirstOrDefault()
                ?? value;
        }
    }

    private static string? Find(JsonNode? recorded, JsonNode? actual, string value) => (recorded, actual) switch
    {
        (JsonObject one, JsonObject other) =>
            one.Select(property => Find(property.Value, other[property.Key], value)).FirstOrDefault(found => found is not null),
        (JsonArray one, JsonArray other) =>
            one.Zip(other).Select(pair => Find(pair.First, pair.Second, value)).FirstOrDefault(found => found is not null),
        (JsonValue one, JsonValue other) when one.ToString() == value => other.ToString(),
        _ => null,
    };

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Name();
}
