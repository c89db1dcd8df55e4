using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using GuacAspire.Contracts;

namespace GuacAspire.Tests.Unit.Provisioner;

public sealed class TracingTests : IDisposable
{
    private readonly ConcurrentBag<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public TracingTests()
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name is "GuacAspire.Provisioner" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_launch_is_one_trace_that_goes_on_after_the_request_and_holds_no_secret()
    {
        await using var host = new ProvisionerHost();
        var (trace, parent) = (ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom());
        using var form = ProvisionerHost.Form();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/desktops") { Content = form };
        request.Headers.Add("traceparent", $"00-{trace}-{parent}-01");
        var http = host.Http;
        using var response = await http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        await host.WaitAsync(response.Headers.Location!.OriginalString.Split('/')[^1], DesktopState.Ready);
        await EndOfAsync("desktop.launch", trace);

        var spans = _ended.Where(span => span.TraceId == trace).ToList();
        var incoming = Assert.Single(spans, span => span.Kind == ActivityKind.Server);
        Assert.Equal(parent, incoming.ParentSpanId);
        var launch = Assert.Single(spans, span => span.OperationName == "desktop.launch");
        Assert.Equal(incoming.SpanId, launch.ParentSpanId);
        string[] steps = [.. spans.Where(span => span.ParentSpanId == launch.SpanId).OrderBy(span => span.StartTimeUtc).Select(span => span.OperationName)];
        // Guacamole is told while Blender starts.
        Assert.Equal(["admit", "create", "start", "open"], steps.Except(["connect", "grant"]));
        Assert.Equal(["admit", "create", "connect", "grant"], steps.Except(["start", "open"]));

        var secrets = host.Guacamole.Users.Values.Concat(host.Guacamole.Connections.Values.Select(connection => connection["parameters"]!))
            .Select(holder => (string)holder["password"]!);
        var told = spans.SelectMany(span => span.TagObjects).Select(tag => tag.Value?.ToString() ?? "").ToList();
        Assert.All(secrets.Append(ProvisionerHost.Key), secret => Assert.DoesNotContain(told, text => text.Contains(secret, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_launch_that_fails_is_a_failed_span()
    {
        await using var host = new ProvisionerHost();
        host.Agents.OpenAnswer = HttpStatusCode.UnprocessableEntity;
        var desktop = await host.LaunchAsync();
        await host.WaitAsync(desktop.Id, DesktopState.Failed);
        var launch = await EndOfAsync("desktop.launch", null, desktop.Id);
        Assert.Equal((ActivityStatusCode.Error, "This is no mesh."), (launch.Status, launch.StatusDescription));
        Assert.Equal("failed", launch.GetTagItem("guacaspire.outcome"));
    }

    // A span ends a moment after the state that it leads to is published.
    private async Task<Activity> EndOfAsync(string name, ActivityTraceId? trace, string? desktop = null)
    {
        Activity? found = null;
        await Eventually.TrueAsync(() => (found = _ended.FirstOrDefault(span => span.OperationName == name
            && (trace is null || span.TraceId == trace)
            && (desktop is null || (string?)span.GetTagItem("guacaspire.desktop.id") == desktop))) is not null);
        return found!;
    }
}
