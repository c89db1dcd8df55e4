using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class LaunchTraceTests
{
    [Fact]
    public async Task The_first_frame_closes_the_trace_of_the_launch_once()
    {
        await using var app = new PortalApp();
        var spans = new List<Activity>();
        var measures = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "GuacAspire.Portal" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (spans)
                    spans.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var browser = await app.GuestAsync();
        using var meter = new MeterListener();
        meter.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "guacaspire.desktop.first_frame.duration"
                && instrument.Meter.Scope == app.Services.GetService(typeof(IMeterFactory)))
                self.EnableMeasurementEvents(instrument);
        };
        meter.SetMeasurementEventCallback<double>((_, _, _, _) => measures++);
        meter.Start();

        var launch = await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot" });
        var traceParent = Assert.Single(launch.Headers.GetValues("traceparent"));
        var id = (await launch.JsonAsync(System.Net.HttpStatusCode.Accepted)).GetProperty("id").GetString();
        var ticket = await browser.PostAsync($"/api/desktops/{id}/ticket");
        Assert.Equal(traceParent, Assert.Single(ticket.Headers.GetValues("traceparent")));
        for (var report = 0; report < 2; report++)
            (await browser.PostAsJsonAsync($"/api/desktops/{id}/first-frame", new { tunnelMilliseconds = 250 })).EnsureSuccessStatusCode();

        Activity frame;
        lock (spans)
            frame = Assert.Single(spans, span => span.OperationName == "desktop.first-frame" && span.ParentId == traceParent);
        Assert.Equal(ActivityContext.Parse(traceParent, null).TraceId, frame.TraceId);
        Assert.Equal(1, measures);
    }
}
