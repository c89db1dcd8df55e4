using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using GuacAspire.Bench.Tunnel;

namespace GuacAspire.Bench.Launch;

/// <summary>Our way: the public API as the page uses it.</summary>
internal sealed class PortalLaunch(Uri portal, string mesh) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = portal, Timeout = TimeSpan.FromMinutes(3) };

    public async Task SignInAsync(CancellationToken cancellationToken) =>
        (await _client.PostAsync(new Uri("/api/session/guest", UriKind.Relative), null, cancellationToken)).EnsureSuccessStatusCode();

    public async Task SignOutAsync(CancellationToken cancellationToken) =>
        (await _client.DeleteAsync(new Uri("/api/session", UriKind.Relative), cancellationToken)).EnsureSuccessStatusCode();

    /// <summary>Waits until the pool has not grown for a while.</summary>
    public async Task PoolFullAsync(CancellationToken cancellationToken)
    {
        for (var (last, same) = (-1, 0); same < 5; same++)
        {
            var pool = await PoolAsync(cancellationToken);
            (last, same) = pool == 0 || pool != last ? (pool, 0) : (pool, same);
            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        }
    }

    /// <summary>A launch that finds a desktop in the pool, which is full.</summary>
    public async Task<LaunchTimes> RunWarmAsync(CancellationToken cancellationToken)
    {
        await PoolFullAsync(cancellationToken);
        return await RunAsync(cancellationToken);
    }

    /// <summary>A launch that finds a desktop in the pool while another is being made for it.</summary>
    public async Task<LaunchTimes> RunWhileRefillingAsync(CancellationToken cancellationToken)
    {
        while (await PoolAsync(cancellationToken) == 0)
            await Task.Delay(500, cancellationToken);
        // Long enough for the next one's Blender to have been started.
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        return await RunAsync(cancellationToken);
    }

    /// <summary>A launch that finds the pool empty, since others have just emptied it.</summary>
    public async Task<LaunchTimes> RunColdAsync(CancellationToken cancellationToken)
    {
        List<string> others = [];
        try
        {
            while (await PoolAsync(cancellationToken) > 0)
            {
                others.Add(await LaunchAsync(cancellationToken));
                await ReadyAsync(others[^1], cancellationToken);
            }

            return await RunAsync(cancellationToken);
        }
        finally
        {
            foreach (var id in others)
                await StopAsync(id, cancellationToken);
        }
    }

    /// <summary>A launch that finds what it finds, until the first picture; then it is stopped.</summary>
    public async Task<LaunchTimes> RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var id = await LaunchAsync(cancellationToken);
        try
        {
            await ReadyAsync(id, cancellationToken);
            using var answer = await _client.PostAsync(new Uri($"/api/desktops/{id}/ticket", UriKind.Relative), null, cancellationToken);
            answer.EnsureSuccessStatusCode();
            var ticket = (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;
            var redirect = clock.Elapsed.TotalSeconds;
            await using var tunnel = await FrameWatcher.OpenAsync(
                portal, Text(ticket, "token"), Text(ticket, "dataSource"), Text(ticket, "connection"), cancellationToken);
            await tunnel.FirstPictureAsync(cancellationToken);
            // Ready means that the mesh has been drawn, so the first picture shows it.
            return new(redirect, clock.Elapsed.TotalSeconds, clock.Elapsed.TotalSeconds);
        }
        finally
        {
            await StopAsync(id, cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    private static string Text(JsonObject json, string name) => json[name]!.GetValue<string>();

    private async Task<int> PoolAsync(CancellationToken cancellationToken) =>
        (await _client.GetFromJsonAsync<JsonObject>("/api/limits", cancellationToken))!["pool"]!.GetValue<int>();

    public async Task<string> LaunchAsync(CancellationToken cancellationToken)
    {
        using var launched = await _client.PostAsJsonAsync("/api/desktops", new { mesh }, cancellationToken);
        if (launched.StatusCode is System.Net.HttpStatusCode.ServiceUnavailable or System.Net.HttpStatusCode.TooManyRequests)
            throw new RefusedException(await launched.Content.ReadAsStringAsync(cancellationToken));
        launched.EnsureSuccessStatusCode();
        return Text((await launched.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!, "id");
    }

    public async Task StopAsync(string id, CancellationToken cancellationToken)
    {
        using var stopped = await _client.DeleteAsync(new Uri($"/api/desktops/{id}?discard=true", UriKind.Relative), CancellationToken.None);
        await GoneAsync(id, cancellationToken);
    }

    public async Task ReadyAsync(string id, CancellationToken cancellationToken)
    {
        await using var stream = await _client.GetStreamAsync(new Uri($"/api/desktops/{id}/events", UriKind.Relative), cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            var desktop = JsonNode.Parse(item.Data)!.AsObject();
            if (Text(desktop, "state") is "ready")
                return;
            if (Text(desktop, "state") is "failed" or "stopped")
                throw new InvalidOperationException($"The launch failed: {desktop["message"]}");
        }

        throw new JsonException("The events ended before the desktop was ready.");
    }

    private async Task GoneAsync(string id, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var answer = await _client.GetAsync(new Uri($"/api/desktops/{id}", UriKind.Relative), cancellationToken);
            if (!answer.IsSuccessStatusCode || (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!["state"]!.GetValue<string>() is "stopped" or "failed")
                return;
            await Task.Delay(300, cancellationToken);
        }
    }
}

/// <summary>The launch was refused, and this says why.</summary>
internal sealed class RefusedException(string problem) : Exception(problem);
