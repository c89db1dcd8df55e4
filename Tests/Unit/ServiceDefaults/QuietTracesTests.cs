using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using GuacAspire.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace GuacAspire.Tests.Unit.ServiceDefaults;

/// <summary>Sampling is the whole process': who listens to everything elsewhere would decide here as well.</summary>
[CollectionDefinition(nameof(QuietTracesTests), DisableParallelization = true)]
public sealed class Alone;

/// <summary>A service with the telemetry of every service, as far as the exporter: what reaches that is what a person sees.</summary>
[Collection(nameof(QuietTracesTests))]
public sealed class QuietTracesTests : IAsyncLifetime
{
    private readonly Exporter _exported = new();
    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new();
    private WebApplication _app = null!;
    private Uri _address = null!;
    private HttpStatusCode _answer = HttpStatusCode.OK;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        // As Aspire has it in Development.
        builder.Configuration["OTEL_TRACES_SAMPLER"] = "always_on";
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.AddServiceDefaults("/polled");
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddProcessor(new SimpleActivityExportProcessor(_exported)));
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapDefaultEndpoints();
        foreach (var path in new[] { "/base/polled", "/asked", "/called" })
            _app.MapGet(path, () => Results.StatusCode((int)_answer));
        _app.MapGet("/asks", async () => await GetAsync("/called"));
        await _app.StartAsync(Cancellation);
        _address = new(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _exported.Dispose();
        _http.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task What_a_person_asks_for_is_exported_with_all_that_it_leads_to()
    {
        await GetAsync("/asks", new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded));
        await SeenAsync("/asks");
        Assert.Equal(["/asks", "/called", "/called"], _exported.Paths.Order());
    }

    [Theory]
    [InlineData("/health", HttpStatusCode.OK)]
    [InlineData("/alive", HttpStatusCode.OK)]
    [InlineData("/base/polled", HttpStatusCode.OK)]
    [InlineData("/base/polled", HttpStatusCode.Forbidden)]
    public async Task A_poll_is_not_exported_and_counted_all_the_same(string path, HttpStatusCode answer)
    {
        _answer = answer;
        var counted = 0;
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "http.server.request.duration")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref counted));
        meters.Start();
        await GetAsync(path);
        await AskAsync();
        Assert.Equal(["/asked"], _exported.Paths);
        Assert.Equal(2, Volatile.Read(ref counted));
    }

    [Fact]
    public async Task A_poll_that_fails_is_exported()
    {
        _answer = HttpStatusCode.InternalServerError;
        await GetAsync("/base/polled");
        await SeenAsync("/base/polled");
        Assert.Equal(ActivityStatusCode.Error, _exported.Spans.Single(span => span.Kind == ActivityKind.Server).Status);
    }

    [Theory]
    [InlineData("?a=secret&b=secret", "?a=Redacted&b=Redacted")]
    [InlineData("?secret", "?*")]
    [InlineData("?read:secret:0", "?*")]
    [InlineData("?a=secret&secret", "?*")]
    public async Task No_query_shows_what_stands_in_it(string query, string shown)
    {
        await GetAsync("/called" + query, new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded));
        await SeenAsync("/called");
        Assert.Equal(shown, _exported.Spans.Single(span => span.Kind == ActivityKind.Server).GetTagItem("url.query"));
    }

    [Fact]
    public async Task A_page_that_only_looks_says_so_and_is_not_exported()
    {
        await GetAsync("/asks", new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None));
        await AskAsync();
        Assert.Equal(["/asked"], _exported.Paths);
    }

    [Fact]
    public async Task A_round_that_goes_well_is_not_exported_nor_what_it_calls_here_and_elsewhere()
    {
        await QuietTraces.RunAsync("round", token => GetAsync("/called"), Cancellation);
        // A "no" is an answer.
        _answer = HttpStatusCode.NotFound;
        await QuietTraces.RunAsync("round", token => GetAsync("/called"), Cancellation);
        _answer = HttpStatusCode.OK;
        await AskAsync();
        Assert.Equal(["/asked"], _exported.Paths);
    }

    [Fact]
    public async Task Of_a_round_in_which_a_call_fails_the_way_there_is_exported_and_nothing_else()
    {
        await QuietTraces.RunAsync(
            "round",
            async token =>
            {
                await GetAsync("/called");
                _answer = HttpStatusCode.ServiceUnavailable;
                await GetAsync("/called");
            },
            Cancellation);
        var round = await SeenAsync("round");
        var called = await SeenAsync("/called");
        var call = Assert.Single(_exported.Spans, span => span.Kind == ActivityKind.Client);
        Assert.Equal(3, _exported.Spans.Length);
        Assert.All(_exported.Spans, span => Assert.Equal(round.TraceId, span.TraceId));
        Assert.Equal((call.SpanId, round.SpanId, default), (called.ParentSpanId, call.ParentSpanId, round.ParentSpanId));
    }

    [Fact]
    public async Task The_same_trouble_is_exported_once_a_minute_and_another_at_once()
    {
        _answer = HttpStatusCode.ServiceUnavailable;
        for (var round = 0; round < 3; round++)
            await FailAsync("It is away.");
        Assert.Equal(["round"], Rounds());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => QuietTraces.RunAsync("round", _ => throw new InvalidOperationException("It is broken."), Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => QuietTraces.RunAsync("other", _ => throw new InvalidOperationException("It is broken."), Cancellation));
        Assert.Equal(["round", "round", "other"], Rounds());
        _time.Advance(TimeSpan.FromMinutes(1));
        await FailAsync("It is away.");
        Assert.Equal(["round", "round", "other", "round"], Rounds());

        Task FailAsync(string reason) => Assert.ThrowsAsync<InvalidOperationException>(() => QuietTraces.RunAsync(
            "round",
            async token =>
            {
                await GetAsync("/called");
                throw new InvalidOperationException(reason);
            },
            Cancellation));

        IEnumerable<string> Rounds() => _exported.Paths.Where(path => path is "round" or "other");
    }

    [Fact]
    public async Task A_round_that_throws_is_exported_with_its_reason_and_rounds_are_called_after_who_does_them()
    {
        var rounds = Rounds.AtOnceAndEveryAsync(
            TimeSpan.FromSeconds(1), _time, _ => throw new InvalidOperationException("It cannot."), _ => { }, _stop.Token);
        var round = await SeenAsync(nameof(QuietTracesTests));
        Assert.Equal((ActivityStatusCode.Error, "It cannot."), (round.Status, round.StatusDescription));
        Assert.Equal(QuietTraces.Name, round.Source.Name);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rounds);
    }

    [Fact]
    public async Task A_round_belongs_to_no_trace_that_there_is_and_leaves_that_as_it_was()
    {
        using var source = new ActivitySource("GuacAspire.Test");
        using (var person = source.StartActivity("person"))
        {
            await QuietTraces.RunAsync("round", _ => throw new InvalidOperationException(), Cancellation)
                .ContinueWith(_ => { }, Cancellation, TaskContinuationOptions.None, TaskScheduler.Default);
            Assert.Same(person, Activity.Current);
        }

        Assert.Equal(["round", "person"], _exported.Paths);
        Assert.NotEqual(_exported.Spans[0].TraceId, _exported.Spans[1].TraceId);
    }

    [Fact]
    public async Task A_call_out_of_nothing_is_nobodys_unless_it_fails()
    {
        await GetAsync("/called");
        await AskAsync();
        Assert.Equal(["/asked"], _exported.Paths);
        await Assert.ThrowsAsync<HttpRequestException>(() => _http.GetAsync(new Uri("http://127.0.0.1:9/nobody"), Cancellation));
        await SeenAsync("/nobody");
    }

    [Fact]
    public async Task What_a_stop_breaks_off_has_not_failed()
    {
        using var stop = new CancellationTokenSource();
        var round = QuietTraces.RunAsync("round", token => Task.Delay(Timeout.Infinite, token), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => round);
        Assert.Empty(_exported.Paths);
    }

    private async Task GetAsync(string path, ActivityContext parent = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_address, path));
        if (parent != default)
        {
            // As a browser sends it, of whose own spans nobody here knows.
            using var quiet = SuppressInstrumentationScope.Begin();
            request.Headers.Add("traceparent", $"00-{parent.TraceId}-{parent.SpanId}-0{(int)parent.TraceFlags}");
            (await _http.SendAsync(request, Cancellation)).Dispose();
            return;
        }

        (await _http.SendAsync(request, Cancellation)).Dispose();
    }

    /// <summary>Asks as a person does, and waits for the span: what came before is exported by then, or never.</summary>
    private async Task AskAsync()
    {
        _answer = HttpStatusCode.OK;
        await GetAsync("/asked", new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded));
        await SeenAsync("/asked");
    }

    // A server's span ends a moment after its answer is there.
    private async Task<Activity> SeenAsync(string path)
    {
        while (true)
        {
            if (_exported.Spans.FirstOrDefault(span => Exporter.PathOf(span) == path && span.Kind != ActivityKind.Client) is { } span)
                return span;
            if (path == "/nobody" && _exported.Spans.FirstOrDefault(span => Exporter.PathOf(span) == path) is { } call)
                return call;
            await Task.Delay(5, Cancellation);
        }
    }

    private sealed class Exporter : BaseExporter<Activity>
    {
        private readonly ConcurrentQueue<Activity> _spans = new();

        public Activity[] Spans => [.. _spans];

        public IEnumerable<string> Paths => Spans.Select(PathOf);

        public static string PathOf(Activity span) =>
            span.GetTagItem("url.path") as string
            ?? (span.GetTagItem("url.full") is string url ? new Uri(url).AbsolutePath : span.OperationName);

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
                _spans.Enqueue(span);
            return ExportResult.Success;
        }
    }
}
