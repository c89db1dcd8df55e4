using System.Runtime.CompilerServices;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Dashboard;

internal static class LogEndpoints
{
    public static void MapLogs(this IEndpointRouteBuilder routes, IServiceProvider appHost, CancellationToken stopping)
    {
        var loggers = appHost.GetRequiredService<ResourceLoggerService>();
        var mask = appHost.GetRequiredService<SecretMask>();
        var time = appHost.GetRequiredService<TimeProvider>();
        var known = appHost.GetRequiredService<ResourceFeed>();

        routes.MapGet("/api/resources/{name}/logs/events", (string name, HttpContext context) => known.Find(name) is { } resource
            ? new EventStream(Events(loggers.WatchAsync(resource), mask, LogPosition.From(context.Request), stopping), time)
            : Results.NotFound());

        routes.MapGet("/api/resources/{name}/logs", async (string name, HttpContext context) =>
        {
            if (known.Find(name) is not { } resource) return Results.NotFound();

            await mask.RefreshAsync(context.RequestAborted).ConfigureAwait(false);
            var text = new StringBuilder();
            await foreach (var lines in loggers.GetAllAsync(resource).ConfigureAwait(false))
            {
                foreach (var line in lines) text.Append(mask.Apply(line.Content)).Append('\n');
            }

            return Results.File(Encoding.UTF8.GetBytes(text.ToString()), "text/plain; charset=utf-8", $"{resource.Name}.log");
        });
    }

    private static async IAsyncEnumerable<StreamEvent> Events(
        IAsyncEnumerable<IReadOnlyList<LogLine>> log, SecretMask mask, LogPosition seen,
        CancellationToken stopping, [EnumeratorCancellation] CancellationToken aborted = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
        if (seen.IsFromAnotherRun) yield return new("reset", new { });
        await foreach (var lines in log.WithCancellation(ended.Token).ConfigureAwait(false))
        {
            await mask.RefreshAsync(ended.Token).ConfigureAwait(false);
            var fresh = lines.Where(line => line.LineNumber > seen.Line).Select(line => LogLineView.From(line, mask)).ToArray();
            if (fresh.Length > 0) yield return new("lines", fresh, LogPosition.At(fresh[^1].Number).ToString());
        }

        // Without this the browser would take the end for a broken line and ask again and again.
        yield return new("end", new { });
    }
}
