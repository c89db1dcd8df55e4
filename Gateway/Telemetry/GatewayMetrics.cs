using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GuacAspire.Gateway.Telemetry;

/// <summary>What the Gateway counts and traces.</summary>
internal sealed class GatewayMetrics
{
    public const string Name = "GuacAspire.Gateway";

    public static readonly ActivitySource Source = new(Name);

    private static readonly KeyValuePair<string, object?> ToClient = new("direction", "to_client");
    private static readonly KeyValuePair<string, object?> ToGuacd = new("direction", "to_guacd");

    private readonly UpDownCounter<long> _tunnels;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _messages;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _handshake;
    private readonly Counter<long> _logins;

    public GatewayMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(Name);
        _tunnels = meter.CreateUpDownCounter<long>("guacaspire.tunnel.count", "{tunnel}", "Open tunnels");
        _bytes = meter.CreateCounter<long>("guacaspire.tunnel.io", "By", "Bytes relayed");
        _messages = meter.CreateCounter<long>("guacaspire.tunnel.messages", "{message}", "WebSocket messages relayed");
        _duration = meter.CreateHistogram(
            "guacaspire.tunnel.duration", "s", "How long tunnels were open",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 10, 60, 300, 900, 1800, 3600, 7200, 14400, 28800] });
        _handshake = meter.CreateHistogram<double>("guacaspire.tunnel.handshake.duration", "s", "From the request to guacd's ready");
        _logins = meter.CreateCounter<long>("guacaspire.gateway.logins", "{login}", "Attempts to sign in, by outcome");
    }

    public void Opened() => _tunnels.Add(1);

    public void Closed(TimeSpan duration)
    {
        _tunnels.Add(-1);
        _duration.Record(duration.TotalSeconds);
    }

    public void SentToClient(long bytes)
    {
        _bytes.Add(bytes, ToClient);
        _messages.Add(1, ToClient);
    }

    public void SentToGuacd(long bytes)
    {
        _bytes.Add(bytes, ToGuacd);
        _messages.Add(1, ToGuacd);
    }

    public void Handshake(TimeSpan duration, string outcome) =>
        _handshake.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    public void Login(string outcome) => _logins.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
