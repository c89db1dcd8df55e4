using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guacamole.Client;

namespace GuacAspire.Tests.Unit.GuacamoleClient;

/// <summary>
/// Answers as Apache Guacamole 1.6.0 did: a request gets the recorded answer that was asked for, and is kept to be looked at.
/// </summary>
internal sealed class RecordedServer(params int[] answers) : HttpMessageHandler
{
    private static readonly Dictionary<int, Recorded> Recording = File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "GuacamoleClient", "rest-1.6.0.jsonl"))
        .Select(line => JsonSerializer.Deserialize<Recorded>(line)!)
        .ToDictionary(entry => entry.seq);

    private readonly Queue<int> _answers = new(answers);

    public List<(HttpRequestMessage Message, string Body)> Requests { get; } = [];

    public Guacamole.Client.GuacamoleClient Client =>
        new(new(this, disposeHandler: false) { BaseAddress = new("http://guacamole.test/guacamole") });

    public GuacamoleSession Session => Client.UseToken(Recording[622].request_headers["Guacamole-Token"], "mysql");

    public static string PathOf(int seq) => "/guacamole" + Recording[seq].path;

    public static JsonNode? BodyOf(int seq) => JsonNode.Parse(Recording[seq].request_body);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add((request, request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
        var entry = Recording[_answers.Dequeue()];
        var response = new HttpResponseMessage((HttpStatusCode)entry.status) { RequestMessage = request };
        if (entry.response_body is not null)
            response.Content = new StringContent(entry.response_body, Encoding.UTF8);
        response.Content.Headers.Remove("Content-Type");
        foreach (var (name, value) in entry.response_headers)
            response.Content.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    // Named as in the recording.
    private sealed record Recorded(
        int seq,
        string path,
        Dictionary<string, string> request_headers,
        string request_body,
        int status,
        Dictionary<string, string> response_headers,
        string? response_body);
}
