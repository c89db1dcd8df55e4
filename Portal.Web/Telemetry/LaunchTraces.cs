using System.Collections.Concurrent;
using System.Diagnostics;
using GuacAspire.Contracts;

namespace GuacAspire.Portal.Web.Telemetry;

/// <summary>Remembers the trace of each launch, so that the tunnel and the first frame join it.</summary>
internal sealed class LaunchTraces(PortalTelemetry telemetry, TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromHours(24);
    private readonly ConcurrentDictionary<string, Entry> _launches = new();

    /// <summary>The traceparent of the launch; a repeated launch is part of the first.</summary>
    public string? Begin(Desktop desktop)
    {
        foreach (var (id, entry) in _launches)
        {
            if (time.GetElapsedTime(entry.Since) > Memory)
                _launches.TryRemove(id, out _);
        }

        return Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } traceParent } click && desktop.ReadyAt is null
            ? _launches.GetOrAdd(desktop.Id, new Entry(traceParent, time.GetTimestamp(), SinceClick(click))).TraceParent
            : Find(desktop.Id);
    }

    public string? Find(string desktop) => _launches.TryGetValue(desktop, out var entry) ? entry.TraceParent : null;

    /// <summary>Closes the trace of a launch; only its first frame counts, not those of later visits.</summary>
    public void ReportFirstFrame(Desktop desktop, TimeSpan sinceTunnel)
    {
        if (!_launches.TryGetValue(desktop.Id, out var entry) || !entry.TryReport())
            return;

        // By the clock that nobody can set: a span has to begin before it ends.
        var (now, took) = (time.GetUtcNow(), time.GetElapsedTime(entry.Since) + entry.Before);
        telemetry.FirstFrameDuration.Record(took.TotalSeconds);
        _ = ActivityContext.TryParse(entry.TraceParent, null, isRemote: true, out var parent);
        var start = now - (sinceTunnel < took ? sinceTunnel : took);
        using var span = PortalTelemetry.Source.StartActivity("desktop.first-frame", ActivityKind.Internal, parent, startTime: start);
        span?.SetTag("guacaspire.desktop.id", desktop.Id);
        span?.SetTag("guacaspire.mesh.id", desktop.Mesh);
        span?.SetEndTime(now.UtcDateTime);
    }

    private TimeSpan SinceClick(Activity click) =>
        time.GetUtcNow() - click.StartTimeUtc is var since && since > TimeSpan.Zero ? since : TimeSpan.Zero;

    private sealed class Entry(string traceParent, long since, TimeSpan before)
    {
        private int _reported;

        public string TraceParent { get; } = traceParent;

        /// <summary>When the launch was asked for.</summary>
        public long Since { get; } = since;

        /// <summary>How long before that the click was.</summary>
        public TimeSpan Before { get; } = before;

        public bool TryReport() => Interlocked.Exchange(ref _reported, 1) == 0;
    }
}
