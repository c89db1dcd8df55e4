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
        var traces = system.Telemetry.Spans.Count;
        await using (var tunnel = await Tunnel.OpenAsync(system, ticket))
            await tunnel.ReadUntilAsync("sync");
        using (var wrong = await guest.SignInAsync(RunningSystem.AdminName, "a password that was mistyped"))
            system.Secrets.Keep("a mistyped password", "a password that was mistyped");
        await guest.StopAsync(desktop.Id);
        await guest.WaitGoneAsync(desktop.Id);
        await Eventually.TrueAsync(() => Task.FromResult(system.Telemetry.Spans.Count > traces), "the spans of the tunnel");

        var logs = system.AllLogs();
        foreach (var (secret, name) in system.Secrets.All)
        {
            Assert.True(system.Telemetry.WhereIs(secret) is { Count: 0 },
                $"{name} was exported: {string.Join('\n', system.Telemetry.WhereIs(secret))}");
            var at = logs.IndexOf(secret, StringComparison.Ordinal);
            Assert.True(at < 0, $"{name} was logged after: {logs[Math.Max(0, at - 300)..Math.Max(0, at)]}");
        }
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
