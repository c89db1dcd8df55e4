using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Aspire.Hosting.Dashboard;

internal sealed record StreamEvent(string Type, object Data, string? Id = null);

/// <summary>Answers with Server-Sent Events, and with a comment now and then so that a dead connection is noticed.</summary>
internal sealed class EventStream(IAsyncEnumerable<StreamEvent> events, TimeProvider time) : IResult
{
    public static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, aborted) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        var enumerator = events.GetAsyncEnumerator(aborted);
        var next = enumerator.MoveNextAsync().AsTask();
        try
        {
            while (await AliveAsync(response, next, aborted).ConfigureAwait(false))
            {
                await WriteAsync(response, enumerator.Current, aborted).ConfigureAwait(false);
                next = enumerator.MoveNextAsync().AsTask();
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            // The page is gone, or the AppHost stops.
        }
        finally
        {
            // An iterator may only be disposed between two of its steps.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await enumerator.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> AliveAsync(HttpResponse response, Task<bool> next, CancellationToken aborted)
    {
        while (true)
        {
            try
            {
                return await next.WaitAsync(KeepAlive, time, aborted).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                await response.WriteAsync(":\n\n", aborted).ConfigureAwait(false);
            }
        }
    }

    private static async Task WriteAsync(HttpResponse response, StreamEvent item, CancellationToken aborted)
    {
        var id = item.Id is null ? "" : $"id: {item.Id}\n";
        await response.WriteAsync($"event: {item.Type}\n{id}data: {JsonSerializer.Serialize(item.Data, Json)}\n\n", aborted)
            .ConfigureAwait(false);
        await response.Body.FlushAsync(aborted).ConfigureAwait(false);
    }
}
