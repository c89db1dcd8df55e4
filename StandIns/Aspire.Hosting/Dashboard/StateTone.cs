using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Dashboard;

/// <summary>How good a state is: one word, which the page turns into a colour and a shape.</summary>
internal static class StateTone
{
    public static string Of(CustomResourceSnapshot snapshot)
    {
        var state = snapshot.State?.Text;
        if (state == KnownResourceStates.Running) return Running(snapshot);
        if (state == KnownResourceStates.FailedToStart || state == KnownResourceStates.RuntimeUnhealthy) return "error";
        if (state == KnownResourceStates.Exited || state == KnownResourceStates.Finished)
            return snapshot.ExitCode is null or 0 ? Styled(snapshot, "done") : "error";
        if (state == KnownResourceStates.Waiting) return "waiting";
        if (state == KnownResourceStates.NotStarted || string.IsNullOrEmpty(state)) return "idle";
        return Styled(snapshot, state == KnownResourceStates.Active ? "success" : "busy");
    }

    private static string Running(CustomResourceSnapshot snapshot) => snapshot.HealthStatus switch
    {
        _ when snapshot.HealthReports.IsEmpty => "success",
        HealthStatus.Healthy => "success",
        // Nothing is wrong with what has not been looked at yet.
        _ when snapshot.HealthReports.All(r => r.Status is null or HealthStatus.Healthy) => "busy",
        _ => "warning",
    };

    private static string Styled(CustomResourceSnapshot snapshot, string fallback)
    {
        var style = snapshot.State?.Style;
        return style == KnownResourceStateStyles.Success || style == KnownResourceStateStyles.Error
            || style == KnownResourceStateStyles.Warn
            ? style
            : fallback;
    }
}
