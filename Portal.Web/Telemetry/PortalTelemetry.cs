using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GuacAspire.Portal.Web.Telemetry;

/// <summary>The Portal's own spans and measures.</summary>
internal sealed class PortalTelemetry(IMeterFactory meters)
{
    public const string Name = "GuacAspire.Portal";

    public static ActivitySource Source { get; } = new(Name);

    public Histogram<double> FirstFrameDuration { get; } = meters.Create(Name).CreateHistogram(
        "guacaspire.desktop.first_frame.duration",
        "s",
        "From the click to the first picture in the browser.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 15, 20, 30, 60] });
}
