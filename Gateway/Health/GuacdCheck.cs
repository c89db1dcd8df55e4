using System.Net.Sockets;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Guacd;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Gateway.Health;

/// <summary>
/// Asks guacd for the arguments of a protocol, which a guacd that accepts connections but is stuck does not answer.
/// Everything except opening desktops works without it, hence degraded.
/// </summary>
internal sealed class GuacdCheck(GatewayOptions options, TimeProvider time) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private HealthCheckResult _last;
    private long? _asked;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            // guacd starts a process for every question, so a good answer is kept for a while.
            if (_asked is { } asked && time.GetElapsedTime(asked) < Freshness && _last.Status == HealthStatus.Healthy)
                return _last;
            _last = await AskAsync(cancellationToken);
            _asked = time.GetTimestamp();
            return _last;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private async Task<HealthCheckResult> AskAsync(CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        try
        {
            using var guacd = await GuacdConnection.OpenAsync(options.Guacd, deadline.Token);
            await guacd.ProbeAsync("vnc", deadline.Token);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is GuacamoleException or IOException or SocketException)
        {
            return HealthCheckResult.Degraded(e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded("guacd accepts connections but does not answer.");
        }
    }
}
