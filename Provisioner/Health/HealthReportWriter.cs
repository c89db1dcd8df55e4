using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Provisioner.Health;

/// <summary>Answers <c>/health</c> with what is wrong in words; only this machine and its operators can ask.</summary>
internal static class HealthReportWriter
{
    public static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new
        {
            Status = report.Status.ToString(),
            Checks = report.Entries.ToDictionary(
                entry => entry.Key, entry => new { Status = entry.Value.Status.ToString(), entry.Value.Description }),
        });
}
