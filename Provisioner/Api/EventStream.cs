using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Api;

/// <summary>
/// Changes of desktops as Server-Sent Events. Written by hand since the framework's own result cannot send the comments that keep a
/// quiet stream alive through proxies.
/// </summary>
internal sealed class EventStream(DesktopFeed.Subscription subscription) : IResult
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var listening = subscription;
        var services = httpContext.RequestServices;
        var json = services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var time = services.GetRequiredService<TimeProvider>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);

        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await response.StartAsync(end.Token);
            await response.Body.FlushAsync(end.Token);
            while (await WaitAsync(subscription.Changes, response, time, end.Token))
            {
                while (subscription.Changes.TryRead(out var change))
                    await response.WriteAsync(Format(change, json), end.Token);
                await response.Body.FlushAsync(end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener left, or we stop.
        }
    }

    private static string Format(DesktopChange change, JsonSerializerOptions json) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"event: desktop\nid: {change.Number}\ndata: {JsonSerializer.Serialize(change.Desktop, json)}\n\n");

    /// <summary>Waits for changes, with a comment whenever that takes long. False when there will be none any more.</summary>
    private static async Task<bool> WaitAsync(
        ChannelReader<DesktopChange> changes, HttpResponse response, TimeProvider time, CancellationToken cancellationToken)
    {
        var wait = changes.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            try
            {
                return await wait.WaitAsync(KeepAlive, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                await response.WriteAsync(": still here\n\n", cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }
        }
    }
}
