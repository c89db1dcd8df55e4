using System.Diagnostics;

namespace GuacAspire.Provisioner.Telemetry;

internal static class Tracing
{
    public const string Name = "GuacAspire.Provisioner";
    public const string DesktopId = "guacaspire.desktop.id";

    public static readonly ActivitySource Source = new(Name);

    /// <summary>Does a step as a span of its own, which says how the step ended.</summary>
    public static async Task<T> SpanAsync<T>(string name, Func<Task<T>> step)
    {
        using var activity = Source.StartActivity(name);
        try
        {
            return await step();
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    public static Task SpanAsync(string name, Func<Task> step) =>
        SpanAsync(name, async () =>
        {
            await step();
            return true;
        });
}
