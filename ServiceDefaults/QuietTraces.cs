using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace GuacAspire.ServiceDefaults;

/// <summary>
/// Keeps what nobody has asked for (rounds, health polls, pages that look again every few seconds) out of the traces for as long as it goes
/// well. It is recorded, but not marked as sampled, and neither is what it calls; a span of it that fails is exported, with those that led
/// to it: the same trouble once a minute, however often it is met.
/// </summary>
public static class QuietTraces
{
    /// <summary>The name of the source of the spans of rounds.</summary>
    public const string Name = "GuacAspire.Rounds";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Begins a round, which belongs to no trace that there is.</summary>
    /// <param name="name">What the round is called.</param>
    /// <returns>Its span, which the caller ends; null where nobody listens. What fails without failing in it marks it as failed.</returns>
    public static Activity? Begin(string name)
    {
        Activity.Current = null;
        var round = Source.StartActivity(name);
        if (round is not null)
            Hush(round);
        return round;
    }

    /// <summary>Does a round as a span of its own, which says how the round ended.</summary>
    /// <param name="name">What the round is called.</param>
    /// <param name="round">The round. What it throws is thrown on.</param>
    /// <param name="stoppingToken">What is cancelled by this has not failed.</param>
    /// <returns>A task that completes with the round.</returns>
    public static async Task RunAsync(string name, Func<CancellationToken, Task> round, CancellationToken stoppingToken)
    {
        using var activity = Begin(name);
        try
        {
            await round(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    private static Activity GetRoot(this Activity activity) => activity.Parent is { } parent ? parent.GetRoot() : activity;

    internal static void Hush(Activity activity) => activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;

    // In Development Aspire asks for all there is, by a name that would take the quiet for it too.
    internal static TracerProviderBuilder AddQuietTraces(this TracerProviderBuilder tracing, string? sampler) =>
        (sampler is null or "" or "always_on" or "parentbased_always_on" ? tracing.SetSampler<Sampler>() : tracing).AddProcessor<Judge>();

    /// <summary>What a quiet span leads to is as quiet, here and, as the flag travels along, in the service that is called.</summary>
    private sealed class Sampler : OpenTelemetry.Trace.Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
        {
            var parent = samplingParameters.ParentContext;
            // What people ask for comes in by a request. A call that comes out of nothing is nobody's.
            var isLoud = parent == default
                ? samplingParameters.Kind != ActivityKind.Client
                : parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
            return new(isLoud ? SamplingDecision.RecordAndSample : SamplingDecision.RecordOnly);
        }
    }

    /// <summary>Stands before the exporters, which take what is marked as sampled.</summary>
    private sealed class Judge(TimeProvider? time = null) : BaseProcessor<Activity>
    {
        private const string IsKnown = "guacaspire.known";
        private const int MostTroubles = 1000;

        private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

        private readonly TimeProvider _time = time ?? TimeProvider.System;
        private readonly ConcurrentDictionary<string, long> _troubles = new();

        public override void OnEnd(Activity data)
        {
            if (data.Recorded || !HasFailed(data) || data.GetCustomProperty(IsKnown) is not null)
                return;
            var isNews = IsNews(string.Join(
                ' ', data.GetRoot().OperationName, data.DisplayName, data.GetTagItem("server.port"), data.StatusDescription));
            // Whoever reads of it wants to know how it came to that. What led to it has not ended yet.
            for (var one = data; one is not null; one = one.Parent)
            {
                if (isNews)
                    one.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
                else
                    one.SetCustomProperty(IsKnown, IsKnown);
            }
        }

        private bool IsNews(string trouble)
        {
            if (_troubles.Count >= MostTroubles)
                _troubles.Clear();
            var now = _time.GetTimestamp();
            return _troubles.TryAdd(trouble, now)
                || (_troubles.TryGetValue(trouble, out var last) && _time.GetElapsedTime(last, now) >= Pause
                    && _troubles.TryUpdate(trouble, now, last));
        }

        // A "no" is an answer: whether it is a failure is for whoever asked to say.
        private static bool HasFailed(Activity ended) =>
            ended.Status == ActivityStatusCode.Error && ended.GetTagItem("http.response.status_code") is not (>= 400 and < 500);
    }
}
