using System.Diagnostics.Metrics;
using GuacAspire.Provisioner.Pool;

namespace GuacAspire.Provisioner.Telemetry;

internal sealed class ProvisionerMetrics
{
    private readonly Histogram<double> _launch;
    private readonly Histogram<double> _save;
    private readonly Counter<long> _culled;
    private readonly Counter<long> _redeemed;

    public ProvisionerMetrics(IMeterFactory meters, DesktopRegistry registry, WarmPool pool)
    {
        var meter = meters.Create(Tracing.Name);
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 20, 30, 60, 120] };
        _launch = meter.CreateHistogram("guacaspire.desktop.launch.duration", "s", "From admission to ready.", advice: seconds);
        _save = meter.CreateHistogram("guacaspire.save.duration", "s", "Blender's save and the way to our disk.", advice: seconds);
        _culled = meter.CreateCounter<long>(
            "guacaspire.desktop.culled", "{desktop}", "Desktops that were stopped without anybody asking for it.");
        _redeemed = meter.CreateCounter<long>(
            "guacaspire.share.redemptions", "{redemption}", "How often somebody has tried to come by a link.");
        meter.CreateObservableUpDownCounter(
            "guacaspire.desktop.count",
            () => registry.List()
                .CountBy(desktop => desktop.Current.State)
                .Select(count => new Measurement<int>(count.Value, new KeyValuePair<string, object?>("state", Name(count.Key)))),
            "{desktop}",
            "Desktops by state.");
        meter.CreateObservableUpDownCounter(
            "guacaspire.pool.available", () => pool.Available, "{desktop}", "Desktops that stand ready for a launch.");
    }

    public void LaunchTook(TimeSpan duration, bool warm, string outcome) =>
        _launch.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("pool", warm ? "hit" : "miss"), new("outcome", outcome));

    public void SaveTook(TimeSpan duration, string outcome) =>
        _save.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    public void Culled(string reason) => _culled.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <param name="mode">What the link is good for; null for one that is none.</param>
    /// <param name="outcome">granted, waiting, refused, or unknown.</param>
    public void Redeemed(ShareMode? mode, string outcome) => _redeemed.Add(
        1, new KeyValuePair<string, object?>("mode", mode?.ToString().ToLowerInvariant() ?? "none"), new("outcome", outcome));

    private static string Name(DesktopState state) => state.ToString().ToLowerInvariant();
}
