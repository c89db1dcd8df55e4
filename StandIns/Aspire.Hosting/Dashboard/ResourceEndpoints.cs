using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Dashboard;

internal static class ResourceEndpoints
{
    public static void MapResources(this IEndpointRouteBuilder routes, IServiceProvider appHost, CancellationToken stopping)
    {
        var feed = appHost.GetRequiredService<ResourceFeed>();
        var time = appHost.GetRequiredService<TimeProvider>();
        var application = appHost.GetRequiredService<DashboardSettings>().ApplicationName;

        routes.MapGet("/api/resources", async (HttpContext context) =>
        {
            using var once = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await foreach (var all in feed.WatchAsync(once.Token).ConfigureAwait(false))
                return Results.Json(all.Where(r => !r.Hidden), EventStream.Json);
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        });
        routes.MapGet("/api/resources/events", () => new EventStream(Events(feed, application, stopping), time));
    }

    private static async IAsyncEnumerable<StreamEvent> Events(ResourceFeed feed, string application, CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken aborted = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
        yield return new("application", new { name = application });
        var type = "snapshot";
        await foreach (var batch in feed.WatchAsync(ended.Token).ConfigureAwait(false))
        {
            yield return new(type, batch);
            type = "changes";
        }

        if (stopping.IsCancellationRequested) yield return new("stopped", new { });
    }
}
