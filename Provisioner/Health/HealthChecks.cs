using GuacAspire.Provisioner.Draining;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Reconciling;
using GuacAspire.Provisioner.Runtime;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Provisioner.Health;

/// <summary>Everything that a launch needs, checked one by one, so that what is missing is named.</summary>
internal static class HealthChecks
{
    public static IHealthChecksBuilder AddDesktopChecks(this IHealthChecksBuilder checks) => checks
        .AddTypeActivatedCheck<RuntimeHealthCheck>("engine", null, [], RuntimePart.Engine)
        .AddTypeActivatedCheck<RuntimeHealthCheck>("desktop image", null, [], RuntimePart.Image)
        .AddTypeActivatedCheck<RuntimeHealthCheck>("guacd", null, [], RuntimePart.Guacd)
        .AddCheck<GuacamoleHealthCheck>("guacamole")
        .AddCheck<ReconcilerHealthCheck>("desktops")
        .AddCheck<DrainHealthCheck>("drain")
        .AddCheck<WallHealthCheck>("wall");
}

internal sealed class RuntimeHealthCheck(IDesktopRuntime runtime, RuntimePart part) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await runtime.FindFaultAsync(part, cancellationToken) is { } fault
            ? HealthCheckResult.Unhealthy(fault)
            : HealthCheckResult.Healthy();
}

internal sealed class GuacamoleHealthCheck(DesktopAccess access) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await access.ProbeAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (global::Guacamole.Client.GuacamoleException e)
        {
            return HealthCheckResult.Unhealthy(Failure.Describe(e));
        }
    }
}

/// <summary>A warning only, for whoever wonders why launches are refused.</summary>
internal sealed class DrainHealthCheck(DrainReport report) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(report.Now() is { State: not DrainState.Off } drain
            ? HealthCheckResult.Degraded(drain.Message)
            : HealthCheckResult.Healthy());
}

/// <summary>A warning only: the desktops work.</summary>
internal sealed class WallHealthCheck(WallWatch wall) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(wall.Hole is { } hole
            ? HealthCheckResult.Degraded(hole)
            : HealthCheckResult.Healthy(wall.IsTried ? "Tried from inside: it holds." : "Not tried yet."));
}

/// <summary>Until earlier desktops are known, a launch could go beyond the limits.</summary>
internal sealed class ReconcilerHealthCheck(Reconciler reconciler) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(reconciler.Fault is { } fault ? HealthCheckResult.Unhealthy(fault) : HealthCheckResult.Healthy());
}
