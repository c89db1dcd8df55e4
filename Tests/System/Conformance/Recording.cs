using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>A request to a real Apache Guacamole 1.6.0 and its answer.</summary>
internal sealed partial record RecordedRequest(int Seq, string Section, string Method, JsonObject Line, int Status, string Answer)
{
    /// <summary>The path with its templates. Histories were searched for the day of the recording.</summary>
    public string Path => RecordingDay().Replace(
        Text("path_template") ?? Text("path")!,
        day => day.Groups[1].Success ? "contains={{today}}" : "contains={{year}}");

    public string? Body => Text("request_body_template") ?? Text("request_body");

    public JsonObject Headers => (Line["request_headers_template"] ?? Line["request_headers"])?.AsObject() ?? [];

    public JsonObject AnswerHeaders => Line["response_headers"]?.AsObject() ?? [];

    public IEnumerable<(string Name, string Value)> Captures =>
        Line["captures"]?.AsObject().Select(capture => (capture.Key, capture.Value!.ToString())) ?? [];

    private string? Text(string name) => Line[name]?.GetValue<string>();

    [GeneratedRegex("contains=2026(-11-22)?(?=&|$)")]
    private static partial Regex RecordingDay();
}

/// <summary>A tunnel session with a real Apache Guacamole 1.6.0.</summary>
internal sealed record RecordedSession(string Name, string Kind, JsonObject Line)
{
    public IReadOnlyList<JsonObject> Events => [.. (Line["events"] ?? Line["chunks"])!.AsArray().Select(item => item!.AsObject())];

    public IEnumerable<string> Subprotocols => Line["subprotocols"]?.AsArray().Select(item => item!.GetValue<string>()) ?? [];

    /// <summary>The query with its templates.</summary>
    public IEnumerable<(string Name, string Value)> Parameters => Line["params"]!.AsObject().SelectMany(parameter =>
        parameter.Value is JsonArray many
            ? many.Select(one => (parameter.Key, one!.ToString()))
            : [(parameter.Key, parameter.Value!.ToString())]);
}

/// <summary>The recordings beside the tests.</summary>
internal static class Recording
{
    public static IReadOnlyList<RecordedRequest> Requests() =>
    [
        .. Lines("rest-1.6.0.jsonl").Select(line => new RecordedRequest(
            line["seq"]!.GetValue<int>(), Word(line, "section"), Word(line, "method"), line,
            line["status"]!.GetValue<int>(), Word(line, "response_body"))),
    ];

    public static IReadOnlyDictionary<string, RecordedSession> Sessions() =>
        Lines("tunnel-1.6.0.jsonl")
            .Select(line => new RecordedSession(Word(line, "name"), Word(line, "kind"), line)).ToDictionary(session => session.Name);

    private static string Word(JsonObject line, string name) => line[name]?.GetValue<string>() ?? "";

    private static IEnumerable<JsonObject> Lines(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", file)).Select(line => JsonSerializer.Deserialize<JsonObject>(line)!);
}
