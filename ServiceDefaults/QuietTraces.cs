using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace GuacAspire.ServiceDefaults;

/// <summary>
/// Keeps what nobody has asked for (rounds, health polls, pages that look again every few seconds) out of the traces for as long as it goes
/// well. It is recorded, but not marked as sampled, and neither is what it calls; a span of it that fails is exported, with those that led to it.
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
    private sealed class Judge : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.Recorded || !HasFailed(data))
                return;
            // Whoever reads of it wants to know how it came to that. What led to it has not ended yet.
            for (var one = data; one is not null; one = one.Parent)
                one.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        }

        // A "no" is an answer: whether it is a failure is for whoever asked to say.
        private static bool HasFailed(Activity ended) =>
            ended.Status == ActivityStatusCode.Error && ended.GetTagItem("http.response.status_code") is not (>= 400 and < 500);
    }
}
