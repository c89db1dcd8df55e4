using System.Text.Json.Nodes;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>Compares answers as the recordings' description says.</summary>
internal static class Comparison
{
    private static readonly string[] ComparedHeaders = ["guacamole-status-code", "guacamole-error-message", "allow"];

    /// <summary>Tells how an answer differs from the recorded one; null if it does not.</summary>
    public static string? Differ(RecordedRequest recorded, string path, Answer answer, Differences differences)
    {
        var error = Json.Parse(answer.Body) is JsonObject body && body.ContainsKey("translatableMessage") && body.ContainsKey("type");
        if (recorded.Status == 500 && path.StartsWith("/api", StringComparison.Ordinal))
            return answer.Status == 400 && error ? null : $"{answer.Status} where the stock server fails and a clear 400 is due";
        if (answer.Status != recorded.Status)
            return $"{answer.Status} instead of {recorded.Status}: {Short(answer.Body)}";
        foreach (var header in ComparedHeaders)
        {
            var (expected, actual) = (Words(recorded.AnswerHeaders[header]?.ToString()), Words(answer.Header(header)));
            if (expected is not null && !expected.SetEquals(actual ?? []))
                return $"{header}: {answer.Header(header)} instead of {recorded.AnswerHeaders[header]}";
        }

        if (recorded.Method == "HEAD")
            return null;
        if (Json.Parse(recorded.Answer) is not { } node)
            return recorded.Status >= 400 ? Refused(path, error, answer) : Text(recorded, answer);
        var (wanted, given) = (Json.Kinds(differences.Apply(recorded.Method, path, node)), Json.Parse(answer.Body));
        if (!Json.IsOrdered(given, path))
            return "a history in another order than asked for";
        return JsonNode.DeepEquals(wanted, Json.Kinds(given))
            ? null
            : $"\n     wanted {Short(wanted)}\n     given  {Short(Json.Kinds(given))}";
    }

    // Only the interface answers with an error object; a tunnel says all in its headers.
    private static string? Refused(string path, bool error, Answer answer) =>
        error || !path.StartsWith("/api/", StringComparison.Ordinal) ? null : $"no error object: {Short(answer.Body)}";

    private static string? Text(RecordedRequest recorded, Answer answer) =>
        (recorded.Method == "OPTIONS" && Words(recorded.Answer)!.SetEquals(Words(answer.Body)!))
        || Json.Kind(recorded.Answer) == Json.Kind(answer.Body)
            ? null
            : $"'{Short(answer.Body)}' instead of '{Short(recorded.Answer)}'";

    private static HashSet<string>? Words(string? header) =>
        header?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static string Short(JsonNode? node) => Short(node?.ToJsonString() ?? "null");

    private static string Short(string text) => text.Length > 1200 ? text[..1200] + "…" : text;
}
