using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>JSON with what differs from run to run replaced by its kind.</summary>
internal static partial class Json
{
    private static readonly string[] Times = ["lastActive", "startDate", "endDate"];

    public static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonNode? Kinds(JsonNode? node, string? name = null) => node switch
    {
        JsonObject map when map.Any(entry => Kind(entry.Key) != entry.Key) => new JsonObject(Named(map)),
        JsonObject item => new JsonObject(item.OrderBy(property => property.Key, StringComparer.Ordinal)
            .Select(property => KeyValuePair.Create(property.Key, Kinds(property.Value, property.Key)))),
        JsonArray list when IsHistory(list) => Unordered(list),
        JsonArray list => new JsonArray([.. list.Select(element => Kinds(element))]),
        JsonValue when Times.Contains(name) => "<time>",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Kind(value.GetValue<string>()),
        _ => node?.DeepClone(),
    };

    public static string Kind(string text) =>
        Token().IsMatch(text) ? "<token>" : Uuid().Replace(ShareKey().IsMatch(text) ? "<share key>" : text, "<uuid>");

    /// <summary>A history in the order of its identifiers; anything else as it is.</summary>
    public static JsonNode? Sorted(JsonNode? node) => node is JsonArray list && IsHistory(list)
        ? new JsonArray([.. list.OrderBy(row => row!["identifier"]!.ToString(), StringComparer.Ordinal).Select(row => row!.DeepClone())])
        : node;

    /// <summary>Whether a history is in the order that was asked for; that of rows of the same second is nobody's to say.</summary>
    public static bool IsOrdered(JsonNode? answer, string path)
    {
        if (answer is not JsonArray list || !IsHistory(list) || !path.Contains("order=", StringComparison.Ordinal))
            return true;
        var starts = list.Select(row => row!["startDate"]!.GetValue<long>()).ToArray();
        return (path.Contains("order=-", StringComparison.Ordinal) ? starts.OrderDescending() : starts.Order()).SequenceEqual(starts);
    }

    private static bool IsHistory(JsonArray list) => list.Count > 0 && list[0] is JsonObject row && row.ContainsKey("logs");

    /// <summary>Names the entries of a map by kind, and numbers those of one kind.</summary>
    private static IEnumerable<KeyValuePair<string, JsonNode?>> Named(JsonObject map) =>
        map.Select(entry => (Name: Kind(entry.Key), Value: Kinds(entry.Value)))
            .OrderBy(entry => entry.Value?.ToJsonString(), StringComparer.Ordinal)
            .Select((entry, index) => KeyValuePair.Create($"{entry.Name} {index}", entry.Value));

    private static JsonArray Unordered(JsonArray rows) => new([.. Sorted(rows)!.AsArray().Select(row => Kinds(row))]);

    [GeneratedRegex("^[0-9A-F]{64}$")]
    private static partial Regex Token();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex("^[A-Za-z0-9_-]{44}$")]
    private static partial Regex ShareKey();
}
