using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Otlp;

namespace GuacAspire.Tests.EndToEnd.Functional;

public sealed class TelemetryTests(RunningSystem system)
{
    // Whether there is a create and a start besides depends on what stood ready.
    private static readonly string[] Steps = ["admit", "claim", "open", "connect", "grant"];

    [Fact]
    public async Task ALaunchIsOneTraceFromTheClickToTheTunnel()
    {
        await using var guest = await system.SignInAsGuestAsync();
        using var click = await guest.PostLaunchAsync("watering-can");
        var desktop = await PortalClient.ReadAsync<Desktop>(click, HttpStatusCode.Accepted);
        var traceparent = Assert.Single(click.Headers.GetValues("traceparent"));
        var trace = ActivityContext.Parse(traceparent, null).TraceId.ToHexString();
        await guest.WaitReadyAsync(desktop.Id);
        var ticket = await guest.TicketAsync(desktop.Id);
        await using (var tunnel = await Tunnel.OpenAsync(system, ticket, traceparent: traceparent))
            await tunnel.ReadUntilAsync("sync");
        await ReportFirstFrameAsync(guest, desktop, traceparent);
        await guest.StopAsync(desktop.Id);
        await guest.WaitGoneAsync(desktop.Id);

        var spans = await Eventually.GetAsync(
            () => Task.FromResult(SpansOf(trace)),
            found => Steps.All(step => found.Any(span => IsStep(span, step)))
                && found.Any(span => span.Name.Contains("tunnel", StringComparison.Ordinal)),
            "the spans of every step, from every service");
        var byId = spans.ToDictionary(span => span.SpanId);
        var picture = string.Join('\n', spans);

        var root = Assert.Single(spans, span => span.ParentId is null);
        Assert.True(root.Service == "portal" && root.Name.Contains("/api/desktops", StringComparison.Ordinal),
            $"The trace does not begin with the click:\n{picture}");
        foreach (var step in Steps)
        {
            var span = spans.First(candidate => IsStep(candidate, step));
            Assert.True(span.Service == "provisioner", $"'{step}' was done by {span.Service}:\n{picture}");
            Assert.True(AncestorsOf(span, byId).Any(ancestor => ancestor.Service == "portal"),
                $"'{step}' does not come from the portal:\n{picture}");
        }

        var connect = spans.First(span => IsStep(span, "connect"));
        Assert.True(
            spans.Any(span => span.Service.StartsWith("guacamole", StringComparison.Ordinal) && AncestorsOf(span, byId).Contains(connect)),
            $"No call to Guacamole is a child of 'connect':\n{picture}");
        Assert.True(
            spans.Any(span => span.Name.Contains("tunnel", StringComparison.OrdinalIgnoreCase)
                && span.Service.StartsWith("guacamole", StringComparison.Ordinal)),
            $"The tunnel is not in the trace:\n{picture}");
        Assert.True(spans.Any(span => span.Name.Contains("first-frame", StringComparison.Ordinal)),
            $"The first frame is not in the trace:\n{picture}");
        Assert.All(spans, span => Assert.True(
            span.ParentId is null || byId.ContainsKey(span.ParentId), $"{span.Name} has a parent that nobody exported:\n{picture}"));
    }

    [Fact]
    public async Task TheMetricsThatTheDesignNamesAreExported()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");
        await using (var tunnel = await Tunnel.OpenAsync(system, await guest.TicketAsync(desktop.Id)))
            await tunnel.ReadUntilAsync("sync");
        foreach (var metric in new[] { "guacaspire.desktop.launch.duration", "guacaspire.desktop.count", "guacaspire.pool.available", "guacaspire.tunnel.count", "guacaspire.tunnel.io" })
        {
            await Eventually.TrueAsync(
                () => Task.FromResult(system.Telemetry.Metrics.Keys.Any(key => key.Metric == metric)),
                $"the metric {metric} to be exported");
        }
    }

    [Fact]
    public async Task NoSecretIsExportedOrLogged()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");
        system.Secrets.Keep("an agent's token", AgentClient.TokenOf(await system.Engine.DesktopAsync(desktop.Id)));
        var ticket = await guest.TicketAsync(desktop.Id);
        await using (var admin = await GuacamoleAdmin.SignInAsync(system))
            system.Secrets.Keep("a VNC password", (await admin.ParametersAsync(ticket.Connection))["password"]);
        var traces = system.Telemetry.Spans.Count;
        await using (var tunnel = await Tunnel.OpenAsync(system, ticket))
            await tunnel.ReadUntilAsync("sync");
        var said = await system.Engine.LogAsync((await system.Engine.DesktopAsync(desktop.Id)).ID);
        using (var wrong = await guest.SignInAsync(RunningSystem.AdminName, "a password that was mistyped"))
            system.Secrets.Keep("a mistyped password", "a password that was mistyped");
        await guest.StopAsync(desktop.Id);
        await guest.WaitGoneAsync(desktop.Id);
        await Eventually.TrueAsync(() => Task.FromResult(system.Telemetry.Spans.Count > traces), "the spans of the tunnel");

        foreach (var (secret, name) in system.Secrets.All)
        {
            var places = system.WhereIs(secret);
            Assert.True(places.Count == 0, $"{name} was exported or logged: {string.Join('\n', places)}");
            Assert.False(said.Contains(secret, StringComparison.Ordinal), $"{name} was logged by the desktop.");
        }
    }

    [Fact]
    public async Task ATunnelsTokenStandsInNoSpanAndNoLog()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");
        var ticket = await guest.TicketAsync(desktop.Id);
        var before = system.Telemetry.Spans.Select(span => span.SpanId).ToHashSet();
        await using (var tunnel = await Tunnel.OpenAsync(system, ticket))
            await tunnel.ReadUntilAsync("sync");
        var request = await Eventually.GetAsync(
            () => Task.FromResult(system.Telemetry.Spans.FirstOrDefault(
                span => !before.Contains(span.SpanId) && span["url.path"] == ticket.Tunnel)),
            found => found is not null, "the span of the request that became a tunnel");
        Assert.StartsWith("?token=Redacted&", request!["url.query"], StringComparison.Ordinal);
        // Which of them are secret is for nobody to know here: no query of anybody shows what stands in it.
        Assert.All(
            system.Telemetry.Spans.SelectMany(span => new[] { span["url.query"], span["url.full"] }).OfType<string>()
                .Where(url => url.Contains('?', StringComparison.Ordinal)),
            url => Assert.All(
                url[(url.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&'),
                // As ASP.NET Core's instrumentation says it, and as the runtime does of its own calls.
                pair => Assert.True(pair == "*" || pair.EndsWith("=Redacted", StringComparison.Ordinal), $"A query is shown: {url}")));
        Assert.Empty(system.WhereIs(ticket.Token));
    }

    [Fact]
    public async Task WhileNobodyDoesAnythingNothingIsTraced()
    {
        var served = "http.server.request.duration";
        Func<ulong>[] polls =
        [
            () => system.Telemetry.CountOf("portal", served, "/health"),
            () => system.Telemetry.CountOf("provisioner", served, "/health"),
            () => system.Telemetry.CountOf("guacamole-server", served, "/health"),
            () => system.Telemetry.CountOf("guacamole-server", served, "/api/languages"),
            // A look at everything is four calls at least.
            () => system.Telemetry.CountOf("provisioner", "http.client.request.duration") / 4,
        ];
        ulong[] before = [.. polls.Select(poll => poll())];
        var began = (ulong)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
        await Eventually.GetAsync(
            () => Task.FromResult(polls.Select((poll, index) => (object)(poll() - before[index])).ToArray()),
            counted => counted.All(count => (ulong)count >= 3),
            "every kind of poll to come three times", AtMost.Minutes(5));

        // What somebody had begun before may still be coming to its end.
        var traces = system.Telemetry.Spans.GroupBy(span => span.TraceId).Where(trace => trace.All(span => span.Start >= began));
        Assert.Empty(traces.Where(trace => !trace.Any(span => span.IsFailed)).Select(trace => string.Join('\n', trace)));
    }

    [Fact]
    public async Task ARoundThatFailsIsTracedWithTheCallThatHasFailed()
    {
        var identity = new ProvisionerIdentity(system, "deaf");
        (string, string)[] settings =
        [
            ("Guacamole__Endpoint", $"http://127.0.0.1:{OwnProcess.FreePort()}/guacamole"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", system.Telemetry.Endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_SERVICE_NAME", identity.Instance),
        ];
        await using (ProvisionerProcess.Start(system, identity, OwnProcess.FreePort(), settings))
        {
            var spans = await Eventually.GetAsync(
                () => Task.FromResult<ReceivedSpan[]>([.. system.Telemetry.Spans.Where(span => span.Service == identity.Instance)]),
                found => found.Any(span => span.Name == "Reconciler"), "the round that fails", AtMost.Minutes(1));
            var round = spans.First(span => span.Name == "Reconciler");
            Assert.True(round is { IsFailed: true, ParentId: null }, $"It is: {round}");
            Assert.Contains(spans, span => span.TraceId == round.TraceId && span.ParentId == round.SpanId && span.IsFailed);
        }

        identity.Data.Delete(recursive: true);
    }

    /// <summary>As the page does it when it sees the first picture.</summary>
    private static async Task ReportFirstFrameAsync(PortalClient guest, Desktop desktop, string traceparent)
    {
        using var report = new HttpRequestMessage(HttpMethod.Post, $"/api/desktops/{desktop.Id}/first-frame") { Content = JsonContent.Create(new { tunnelMilliseconds = 200 }) };
        report.Headers.Add("traceparent", traceparent);
        using var answer = await guest.Http.SendAsync(report, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"The first frame's report was answered {(int)answer.StatusCode}.");
    }

    private ReceivedSpan[] SpansOf(string trace) =>
        [.. system.Telemetry.Spans.Where(span => span.TraceId == trace).OrderBy(span => span.Start)];

    private static bool IsStep(ReceivedSpan span, string step) =>
        span.Source.StartsWith("GuacAspire.", StringComparison.Ordinal) && span.Name.Contains(step, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<ReceivedSpan> AncestorsOf(ReceivedSpan span, Dictionary<string, ReceivedSpan> byId)
    {
        while (span.ParentId is { } parent && byId.TryGetValue(parent, out span!))
            yield return span;
    }
}
