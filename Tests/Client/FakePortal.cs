using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace GuacAspire.Tests.Client;

/// <summary>
/// The portal as its pages see it, with one desktop, and what a real one never does when it is asked to: answers that do not come, that come
/// late, or in another order. The pages and their scripts are the real ones.
/// </summary>
internal sealed class FakePortal : IAsyncDisposable
{
    public const string Id = "abcdefghij0123456789";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _streams = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentQueue<FakeTunnel> _tunnels = new();
    private int _streamsOpened;

    private FakePortal(WebApplication app) => _app = app;

    /// <summary>The desktop, as the API tells of it.</summary>
    public JsonObject Desktop { get; } = new()
    {
        ["id"] = Id,
        ["mesh"] = "teapot",
        ["state"] = "ready",
        ["step"] = null,
        ["percent"] = 100,
        ["message"] = "Ready",
        ["createdAt"] = "2026-01-01T10:00:00Z",
        ["readyAt"] = "2026-01-01T10:00:02Z",
        ["savedAt"] = null,
        ["expiresAt"] = null,
        ["idleSince"] = null,
        ["warning"] = null,
        ["saveFault"] = null,
        ["recordingSince"] = null,
        ["notice"] = null,
    };

    /// <summary>What is done before a call is answered; a status in place of null is the answer.</summary>
    public Func<string, Task<int?>> Meddle { get; set; } = _ => Task.FromResult<int?>(null);

    public IReadOnlyCollection<FakeTunnel> Tunnels => _tunnels;

    public IReadOnlyList<FakeTunnel> Open => [.. _tunnels.Where(tunnel => tunnel.IsOpen)];

    /// <summary>How many streams of events are open.</summary>
    public int Streams => _streams.Count;

    /// <summary>How many there have been.</summary>
    public int StreamsOpened => _streamsOpened;

    public Uri Address => new(_app.Urls.First());

    public Uri Page => new(Address, $"/desktops/{Id}");

    public static async Task<FakePortal> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var portal = new FakePortal(app);
        portal.Map();
        await app.StartAsync();
        return portal;
    }

    /// <summary>Tells every page of what has become of the desktop.</summary>
    public void Tell()
    {
        foreach (var stream in _streams.Values)
            stream.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        foreach (var tunnel in Open)
            tunnel.Cut();
        await _app.DisposeAsync();
        _ended.Dispose();
    }

    private void Map()
    {
        var pages = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Pages").Value!;
        _app.UseWebSockets();
        _app.Use(async (context, next) =>
        {
            if (await Meddle($"{context.Request.Method} {context.Request.Path}") is { } status)
                context.Response.StatusCode = status;
            else
                await next(context);
        });
        _app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(pages) });
        _app.MapGet("/desktops/{id}", () => Results.File(Path.Combine(pages, "desktop.html"), "text/html"));
        _app.MapGet("/", () => Results.File(Path.Combine(pages, "home.html"), "text/html"));
        _app.MapGet("/api/session", () => new { username = "bo", guest = false });
        _app.MapGet("/api/meshes", () => new[] { Mesh() });
        _app.MapGet("/api/meshes/{id}", () => Mesh());
        _app.MapGet("/api/saves", () => Array.Empty<object>());
        _app.MapGet("/api/recordings", () => Array.Empty<object>());
        _app.MapGet("/api/limits", () => new { running = 1, max = 4, available = 3, owned = 1, maxPerOwner = 3, pool = 0 });
        _app.MapGet("/api/desktops", () => new[] { Desktop });
        var desktop = _app.MapGroup($"/api/desktops/{Id}");
        desktop.MapGet("", () => Desktop);
        desktop.MapGet("/shares", () => Array.Empty<object>());
        desktop.MapGet("/events", StreamAsync);
        desktop.MapPost("/ticket", () => new
        {
            tunnel = "/guacamole/websocket-tunnel",
            token = "t",
            dataSource = "d",
            connection = "1",
            type = "c",
            expiresAt = "2026-01-01T11:00:00Z",
            recordingSince = (string?)Desktop["recordingSince"],
        });
        desktop.MapPost("/first-frame", () => Results.NoContent());
        desktop.MapPost("/save", () => Desktop);
        desktop.MapPut("/screen", () => new { width = 640, height = 480 });
        desktop.MapPut("/recording", () =>
        {
            Desktop["recordingSince"] = Desktop["recordingSince"] is null ? "2026-01-01T10:05:00Z" : null;
            foreach (var tunnel in Open)
                tunnel.Cut();
            return Desktop;
        });
        desktop.MapDelete("", () => Results.Accepted());
        _app.Map("/guacamole/websocket-tunnel", TunnelAsync);
    }

    private async Task StreamAsync(HttpContext context)
    {
        var id = Guid.NewGuid();
        context.Response.ContentType = "text/event-stream";
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ended.Token);
        Interlocked.Increment(ref _streamsOpened);
        try
        {
            while (true)
            {
                var news = _streams[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await context.Response.WriteAsync($"event: desktop\ndata: {Desktop.ToJsonString()}\n\n", either.Token);
                await context.Response.Body.FlushAsync(either.Token);
                await news.Task.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The page has closed it.
        }
        finally
        {
            _streams.TryRemove(id, out _);
        }
    }

    private async Task TunnelAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("guacamole");
        var tunnel = new FakeTunnel(socket);
        _tunnels.Enqueue(tunnel);
        try
        {
            await tunnel.RunAsync(_ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static object Mesh() => new { id = "teapot", name = "Teapot", format = "glb", bytes = 1000, triangles = 10, owner = (string?)null, thumbnail = (string?)null };
}
