using System.Runtime.CompilerServices;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Runtime;
using OpenTelemetry;

namespace GuacAspire.Provisioner.Telemetry;

/// <summary>
/// Says how much memory desktops hold. The engine is asked seldom, for one desktop after the other, and only as long as somebody listens;
/// of many a few are measured each time, and of the others it is told what they held last.
/// </summary>
internal sealed partial class MemoryReader(
    DesktopRegistry registry, IDesktopRuntime runtime, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<MemoryReader> logger)
{
    /// <summary>The time from one look to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>How many of those that have been measured are measured again in each look, whoever has waited longest first.</summary>
    public const int InTurn = 64;

    /// <summary>Bytes by desktop, at once and then at every interval; ends with its listener, or when we stop.</summary>
    public async IAsyncEnumerable<IReadOnlyDictionary<string, long>> FollowAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(Interval, time);
        var held = new Dictionary<string, Held>();
        var look = 0;
        do
            yield return await ReadAsync(held, ++look, end.Token);
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

    private async Task<IReadOnlyDictionary<string, long>> ReadAsync(Dictionary<string, Held> held, int look, CancellationToken end)
    {
        // The listener's request is one span for hours; these would all hang below it.
        using var quiet = SuppressInstrumentationScope.Begin();
        var living = registry.List().Where(desktop => !desktop.Current.State.IsOver()).Select(desktop => desktop.Id).ToList();
        foreach (var gone in held.Keys.Except(living).ToList())
            held.Remove(gone);
        var again = held.OrderBy(one => one.Value.Look).Take(InTurn).Select(one => one.Key);
        foreach (var id in living.Where(id => !held.ContainsKey(id)).Concat(again).ToList())
        {
            if (end.IsCancellationRequested)
                break;
            if (await TryMeasureAsync(id, end) is { } bytes)
                held[id] = new(bytes, look);
            else
                held.Remove(id);
        }

        return held.ToDictionary(one => one.Key, one => one.Value.Bytes);
    }

    private async Task<long?> TryMeasureAsync(string id, CancellationToken end)
    {
        try
        {
            return await runtime.MeasureMemoryAsync(id, end);
        }
        catch (Exception e)
        {
            // Nobody is worse off for not knowing it; the next look comes.
            LogUnknown(id, Failure.Describe(e));
            return null;
        }
    }

    [LoggerMessage(LogLevel.Debug, "How much memory desktop {Id} holds is not known: {Reason}")]
    private partial void LogUnknown(string id, string reason);

    private sealed record Held(long Bytes, int Look);
}
