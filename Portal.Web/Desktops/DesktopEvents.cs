using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using GuacAspire.Contracts;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.Portal.Web.Session;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>
/// The stream of a desktop's changes. It outlives a restart of the Provisioner, and says now and then that it is still there: that keeps
/// proxies from closing it, and tells the page, which a line that was swallowed tells nothing.
/// </summary>
internal static class DesktopEvents
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    public static async Task<IResult> StreamAsync(
        string id, PortalSession session, DesktopAccess access, ProvisionerClient provisioner, SessionStore sessions,
        TimeProvider time, IHostApplicationLifetime lifetime, HttpContext context, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(session, id, cancellationToken) is not { } present)
            return Refusals.NoSuchDesktop();

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var changes = Channel.CreateBounded<Desktop>(64);
        var pump = PumpAsync(provisioner, present, changes.Writer, time, ended.Token);
        try
        {
            _ = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last);
            await WriteAsync(context.Response, changes.Reader, () => sessions.Touch(session), last, time, ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The browser went away, or the portal stops; the browser takes the stream up again.
        }
        finally
        {
            await ended.CancelAsync();
            await pump;
        }

        return Results.Empty;
    }

    private static async Task WriteAsync(
        HttpResponse response, ChannelReader<Desktop> changes, Func<bool> signedIn, long lastId, TimeProvider time,
        CancellationToken cancellationToken)
    {
        while (signedIn())
        {
            var more = changes.WaitToReadAsync(cancellationToken).AsTask();
            while (await Task.WhenAny(more, Task.Delay(KeepAlive, time, cancellationToken)) != more)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!signedIn())
                    return;
                await response.WriteAsync("event: here\ndata: 1\n\n", cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }

            if (!await more)
                return;
            while (changes.TryRead(out var desktop))
            {
                var json = JsonSerializer.Serialize(DesktopInfo.Of(desktop), JsonSerializerOptions.Web);
                await response.WriteAsync($"id: {++lastId}\nevent: desktop\ndata: {json}\n\n", cancellationToken);
            }

            await response.Body.FlushAsync(cancellationToken);
        }
    }

    private static async Task PumpAsync(
        ProvisionerClient provisioner, Desktop present, ChannelWriter<Desktop> changes, TimeProvider time,
        CancellationToken cancellationToken)
    {
        try
        {
            // The state that was just read goes out at once, so that the first event does not hang on the second connection.
            await changes.WriteAsync(present, cancellationToken);
            await foreach (var desktop in FollowAsync(provisioner, present, time, cancellationToken))
                await changes.WriteAsync(desktop, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The browser went away.
        }
        finally
        {
            changes.TryComplete();
        }
    }

    private static async IAsyncEnumerable<Desktop> FollowAsync(
        ProvisionerClient provisioner, Desktop last, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!IsOver(last))
        {
            var watch = provisioner.WatchAsync(last.Id, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (watch)
            {
                while (await NextAsync(watch, cancellationToken) is { } move)
                {
                    if (move.Gone)
                    {
                        yield return last with { State = DesktopState.Stopped, Step = null, Message = "The desktop is gone." };
                        yield break;
                    }

                    if (watch.Current == last)
                        continue;
                    yield return last = watch.Current;
                    if (IsOver(last))
                        yield break;
                }
            }

            await Task.Delay(Retry, time, cancellationToken);
        }
    }

    /// <summary>Moves on; null when the line dropped and should be taken up again.</summary>
    private static async Task<Move?> NextAsync(IAsyncEnumerator<Desktop> watch, CancellationToken cancellationToken)
    {
        try
        {
            return await watch.MoveNextAsync() ? new Move(Gone: false) : null;
        }
        catch (ApiException exception)
        {
            return exception.Status == StatusCodes.Status404NotFound ? new Move(Gone: true) : null;
        }
        catch (Exception exception) when (Outage.Is(exception, cancellationToken))
        {
            return null;
        }
    }

    private static bool IsOver(Desktop desktop) => desktop.State is DesktopState.Stopped or DesktopState.Failed;

    private sealed record Move(bool Gone);
}
