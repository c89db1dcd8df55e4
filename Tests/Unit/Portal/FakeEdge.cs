using System.Net;
using System.Net.Http.Json;

namespace GuacAspire.Tests.Unit.Portal;

/// <summary>Stands where the Portal's calls leave it, and remembers them.</summary>
internal abstract class FakeEdge : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly List<EdgeCall> _calls = [];

    public bool Down { get; set; }

    public IReadOnlyList<EdgeCall> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    public bool WasCalled(string method, string path) => Calls.Any(call => call.Method == method && call.Path == path);

    protected abstract HttpResponseMessage Answer(EdgeCall call);

    public static HttpResponseMessage Json(object body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = JsonContent.Create(body) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = new EdgeCall(
            request.Method.Method,
            request.RequestUri!.PathAndQuery,
            request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken),
            request.Headers.ToDictionary(header => header.Key, header => string.Join(",", header.Value)));
        lock (_lock)
            _calls.Add(call);
        return Down ? throw new HttpRequestException("Connection refused") : Answer(call);
    }
}

internal sealed record EdgeCall(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);
