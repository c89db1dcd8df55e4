using System.Runtime.CompilerServices;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Runtime;
using OpenTelemetry;

namespace GuacAspire.Provisioner.Telemetry;

/// <summary>
/// Says how much memory desktops hold. The engine is asked seldom, for one desktop after the other, and only as long as somebody listens.
/// </summary>
internal sealed partial class MemoryReader(
    DesktopRegistry registry, IDesktopRuntime runtime, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<MemoryReader> logger)
{
    /// <summary>The time from one look to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Bytes by desktop, at once and then at every interval; ends with its listener, or when we stop.</summary>
    public async IAsyncEnumerable<IReadOnlyDictionary<string, long>> FollowAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(Interval, time);
        do
            yield return await ReadAsync(end.Token);
        while (await NextAsync(timer, end.Token));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken end)
    {
        try
        {
            return await timer.WaitForNextTickAsync(end);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyDictionary<string, long>> ReadAsync(CancellationToken end)
    {
        // The listener's request is one span for hours; these would all hang below it.
        using var quiet = SuppressInstrumentationScope.Begin();
        var bytes = new Dictionary<string, long>();
        foreach (var desktop in registry.List().Where(desktop => !desktop.Current.State.IsOver()))
        {
            if (end.IsCancellationRequested)
                break;
            try
            {
                if (await runtime.MeasureMemoryAsync(desktop.Id, end) is { } held)
                    bytes[desktop.Id] = held;
            }
            catch (Exception e)
            {
                // Nobody is worse off for not knowing it; the next look comes.
                LogUnknown(desktop.Id, Failure.Describe(e));
            }
        }

        return bytes;
    }

    [LoggerMessage(LogLevel.Debug, "How much memory desktop {Id} holds is not known: {Reason}")]
    private partial void LogUnknown(string id, string reason);
}
