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

    public async Task<LaunchTimes> RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var launched = await _client.PostAsJsonAsync("/api/desktops", new { mesh }, cancellationToken);
        launched.EnsureSuccessStatusCode();
        var id = (await launched.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!["id"]!.GetValue<string>();
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
            using var stopped = await _client.DeleteAsync(new Uri($"/api/desktops/{id}?discard=true", UriKind.Relative), CancellationToken.None);
            await GoneAsync(id, cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    private static string Text(JsonObject json, string name) => json[name]!.GetValue<string>();

    private async Task ReadyAsync(string id, CancellationToken cancellationToken)
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
