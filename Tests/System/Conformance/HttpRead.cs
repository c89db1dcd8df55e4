using System.Text.Json.Nodes;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>A read of an HTTP tunnel, until the server ends it.</summary>
internal static class HttpRead
{
    public static string Expected(RecordedSession recorded) =>
        string.Concat(recorded.Events.Select(chunk => chunk["data"]!.GetValue<string>()));

    /// <summary>What guacd sent in the session.</summary>
    public static string Sent(RecordedSession recorded) => Expected(recorded)[..^"0.;".Length];

    public static async Task<string> RunAsync(Uri address, Variables variables, int number, TaskCompletionSource? started = null)
    {
        var token = TestContext.Current.CancellationToken;
        using var http = new HttpClient { BaseAddress = address, Timeout = AtMost.Seconds(40) };
        http.DefaultRequestHeaders.TryAddWithoutValidation("Guacamole-Tunnel-Token", variables.Fill("{{htok}}"));
        var path = variables.Fill($"/guacamole/tunnel?read:{{{{huid}}}}:{number}");
        using var reader = new StreamReader(await http.GetStreamAsync(path, token));
        var first = new char[1];
        await reader.ReadAsync(first, token);
        started?.SetResult();
        return first[0] + await reader.ReadToEndAsync(token);
    }

    /// <summary>The parameters of a tunnel that was opened for the recording, but is not in it.</summary>
    public static RecordedSession Unrecorded(string token, string source, string id, string type = "c") =>
        new("", "websocket", new JsonObject
        {
            ["params"] = new JsonObject { ["token"] = token, ["GUAC_DATA_SOURCE"] = source, ["GUAC_ID"] = id, ["GUAC_TYPE"] = type },
            ["events"] = new JsonArray(
                new JsonObject { ["t"] = 0, ["ev"] = "open" },
                new JsonObject { ["t"] = 0, ["ev"] = "recv", ["data"] = "" },
                new JsonObject { ["t"] = 1, ["ev"] = "close", ["code"] = 1000 }),
        });
}
