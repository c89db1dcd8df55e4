using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Portal.Web.Health;

/// <summary>
/// Looks at something behind the portal on behalf of all who ask: anybody may ask for the portal's health, as often as he likes. Those who
/// ask while there is a look get what it finds, and so do those who ask after two looks within a few seconds.
/// </summary>
internal abstract class SharedHealthCheck(TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<HealthCheckResult>? _last;
    private long? _began;
    private long? _beganBefore;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_last is null || (_last.IsCompleted && !HasLookedTwice()))
            {
                (_beganBefore, _began) = (_began, time.GetTimestamp());
                _last = LookOnceAsync();
            }

            return _last.WaitAsync(cancellationToken);
        }
    }

    /// <summary>One look.</summary>
    /// <param name="cancellationToken">Ends one that takes too long.</param>
    protected abstract Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken);

    private bool HasLookedTwice() => _beganBefore is { } before && time.GetElapsedTime(before) < Freshness;

    private async Task<HealthCheckResult> LookOnceAsync()
    {
        // Whoever began it may go away meanwhile.
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await LookAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("It does not answer in time.");
        }
    }
}
