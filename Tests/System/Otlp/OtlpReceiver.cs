using System.Collections.Concurrent;
using System.Text;
using GuacAspire.Tests.EndToEnd.Otlp.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GuacAspire.Tests.EndToEnd.Otlp;

/// <summary>What OpenTelemetry's exporters send to: keeps every payload as it came, and the spans and metrics in it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Signal, byte[] Payload)> _payloads = new();
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly ConcurrentDictionary<(string Service, string Metric), string> _metrics = new();

    private readonly ConcurrentDictionary<(string Service, string Metric, string Attributes), ulong> _counts = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Endpoint => _app.Urls.Single();

    public IReadOnlyCollection<ReceivedSpan> Spans => _spans;

    /// <summary>Gets the unit of every metric that came, by service and name.</summary>
    public IReadOnlyDictionary<(string Service, string Metric), string> Metrics => _metrics;

    /// <summary>How often a service has measured something, as far as it has told.</summary>
    /// <param name="service">The service.</param>
    /// <param name="metric">What it measures, each time that something happens.</param>
    /// <param name="attribute">An attribute's value that it must have been measured with; any if it is empty.</param>
    public ulong CountOf(string service, string metric, string attribute = "") => _counts
        .Where(count => count.Key.Service == service && count.Key.Metric == metric
            && (attribute.Length == 0 || count.Key.Attributes.Split('\n').Contains(attribute)))
        .Aggregate(0UL, (sum, count) => sum + count.Value);

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", request => receiver.KeepAsync("traces", request, receiver.AddSpans));
        app.MapPost("/v1/metrics", request => receiver.KeepAsync("metrics", request, receiver.AddMetrics));
        app.MapPost("/v1/logs", request => receiver.KeepAsync("logs", request, _ => { }));
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Says in which signals a text occurs. Nothing decodes the payloads for this: what was sent was sent.</summary>
    public IReadOnlyList<string> WhereIs(string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        return [.. _payloads.Where(sent => sent.Payload.AsSpan().IndexOf(wanted) >= 0).Select(
            sent => $"{sent.Signal}: …{Around(sent.Payload, wanted)}…").Distinct()];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // Enough of it to find the culprit, without spelling the secret out.
    private static string Around(byte[] payload, byte[] wanted)
    {
        var at = payload.AsSpan().IndexOf(wanted);
        var before = payload.AsSpan(Math.Max(0, at - 120), Math.Min(at, 120));
        return new string([.. Encoding.UTF8.GetString(before).Select(c => char.IsControl(c) ? ' ' : c)]) + "<here>";
    }

    private async Task KeepAsync(string signal, HttpContext context, Action<byte[]> add)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var payload = body.ToArray();
        _payloads.Enqueue((signal, payload));
        add(payload);
        context.Response.ContentType = "application/x-protobuf";
    }

    private void AddSpans(byte[] payload)
    {
        foreach (var resource in ExportTraceServiceRequest.Parser.ParseFrom(payload).ResourceSpans)
        {
            foreach (var scope in resource.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                    _spans.Enqueue(ReceivedSpan.From(ServiceName(resource.Resource), scope.Scope?.Name ?? "", span));
            }
        }
    }

    private void AddMetrics(byte[] payload)
    {
        foreach (var resource in ExportMetricsServiceRequest.Parser.ParseFrom(payload).ResourceMetrics)
        {
            var service = ServiceName(resource.Resource);
            foreach (var metric in resource.ScopeMetrics.SelectMany(scope => scope.Metrics))
            {
                _metrics[(service, metric.Name)] = metric.Unit;
                foreach (var point in metric.Histogram?.DataPoints ?? [])
                {
                    var attributes = string.Join('\n', point.Attributes.Select(attribute => $"{attribute.Value.StringValue}").Order());
                    _counts[(service, metric.Name, attributes)] = point.Count;
                }
            }
        }
    }

    private static string ServiceName(Resource? resource) =>
        resource?.Attributes.FirstOrDefault(attribute => attribute.Key == "service.name")?.Value.StringValue ?? "?";
}
