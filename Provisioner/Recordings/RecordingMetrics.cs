using System.Diagnostics.Metrics;
using GuacAspire.Provisioner.Telemetry;

namespace GuacAspire.Provisioner.Recordings;

internal sealed class RecordingMetrics
{
    private long _bytes;
    private int _running;

    public RecordingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Tracing.Name);
        meter.CreateObservableUpDownCounter("guacaspire.recording.size", () => _bytes, "By", "What all recordings take on the disk.");
        meter.CreateObservableUpDownCounter(
            "guacaspire.recording.count", () => _running, "{recording}", "Recordings that are being written.");
    }

    public void Saw(long bytes, int running) => (_bytes, _running) = (bytes, running);
}
