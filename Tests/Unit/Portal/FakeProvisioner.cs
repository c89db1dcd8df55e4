using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GuacAspire.Tests.Unit.Portal;

/// <summary>The Provisioner's internal API as CONTRACTS of both sides have it, over a dictionary.</summary>
internal sealed partial class FakeProvisioner : FakeEdge
{
    /// <summary>Whether the owners of desktops have them open.</summary>
    public bool OwnersAreThere { get; set; }

    private int _guests;

    public ConcurrentDictionary<string, FakeDesktop> Desktops { get; } = new();

    public ConcurrentDictionary<string, FakeSave> Saves { get; } = new();

    public static byte[] Png { get; } = [0x89, .. "PNG\r\n\u001a\n"u8];

    /// <summary>What is answered to who wants a picture of a mesh taken.</summary>
    public HttpStatusCode PictureAnswer { get; set; } = HttpStatusCode.OK;

    /// <summary>The file names of the meshes that pictures were wanted of.</summary>
    public ConcurrentQueue<string> Pictured { get; } = new();

    /// <summary>Answers the next call of its kind in place of the fake.</summary>
    public Func<EdgeCall, HttpResponseMessage?> Override { get; set; } = _ => null;

    public DateTimeOffset TicketExpiresAt { get; set; } = DateTimeOffset.UtcNow.AddMinutes(1);

    public FakeDesktop Add(string owner, string state = "ready", string mesh = "teapot")
    {
        var desktop = new FakeDesktop(Guid.NewGuid().ToString("N")[..20], owner, mesh, state);
        return Desktops[desktop.Id] = desktop;
    }

    public static HttpResponseMessage Problem(HttpStatusCode status, string title, string detail, int? retryAfter = null)
    {
        var response = Json(new { title, detail, status = (int)status, limit = "perOwner", available = 0 }, status);
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/problem+json");
        if (retryAfter is { } seconds)
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        return response;
    }

    public static HttpResponseMessage Events(params FakeDesktop[] states) => new(HttpStatusCode.OK)
    {
        Content = new StringContent(
            string.Concat(states.Select(
                (state, index) => $"event: desktop\nid: {index}\ndata: {JsonSerializer.Serialize(state, JsonSerializerOptions.Web)}\n\n")),
            new MediaTypeHeaderValue("text/event-stream")),
    };

    protected override HttpResponseMessage Answer(EdgeCall call) => Override(call) ?? (call.Method, call.Path.Split('?')[0].Trim('/').Split('/')) switch
    {
        ("GET", ["health"]) => new HttpResponseMessage(HttpStatusCode.OK),
        ("POST", ["guests"]) => Json(new { username = $"guest-{Interlocked.Increment(ref _guests)}", password = "p" }),
        ("DELETE", ["guests", _]) => new HttpResponseMessage(HttpStatusCode.NoContent),
        ("GET", ["limits"]) => Json(new { running = 1, max = 8, available = 7, owned = 1, maxPerOwner = 3, pool = 0 }),
        ("POST", ["shares", "redeem"]) => Redeem(call.Body),
        ("GET", ["saves"]) => Json(Saves.Values.Where(save => call.Path.EndsWith($"owner={save.Owner}", StringComparison.Ordinal))),
        ("POST", ["pictures"]) => TakePicture(call),
        ("GET", ["saves", _, "picture"]) => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Png) },
        ("GET", ["saves", var id, "file"]) => OpenSave(call, id),
        ("DELETE", ["saves", var id]) => new HttpResponseMessage(
            Saves.TryGetValue(id, out var save) && call.Path.EndsWith($"owner={save.Owner}", StringComparison.Ordinal)
                ? HttpStatusCode.NoContent
                : HttpStatusCode.NotFound),
        ("POST", ["desktops"]) => Json(Launch(call.Body), HttpStatusCode.Accepted),
        ("GET", ["desktops"]) => Json(
            Desktops.Values.Where(desktop => call.Path.EndsWith($"owner={desktop.Owner}", StringComparison.Ordinal))),
        (_, ["desktops", var id, .. var rest]) => Desktops.TryGetValue(id, out var desktop)
            ? OfDesktop(call, desktop, rest)
            : Problem(HttpStatusCode.NotFound, "No such desktop", "It is gone."),
        _ => new HttpResponseMessage(HttpStatusCode.NotFound),
    };

    private HttpResponseMessage TakePicture(EdgeCall call)
    {
        Pictured.Enqueue(call.Path.Split("name=")[1]);
        return PictureAnswer == HttpStatusCode.OK
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Png) }
            : Problem(PictureAnswer, "Blender could not read the file", "This is no mesh.");
    }

    private HttpResponseMessage OpenSave(EdgeCall call, string id)
    {
        if (!Saves.TryGetValue(id, out var save) || !call.Path.EndsWith($"owner={save.Owner}", StringComparison.Ordinal))
            return Problem(HttpStatusCode.NotFound, "No such saved work", "It is gone.");
        var content = new ByteArrayContent("BLENDER"u8.ToArray());
        content.Headers.ContentDisposition = new("attachment") { FileName = save.FileName, FileNameStar = save.FileName };
        content.Headers.LastModified = save.SavedAt;
        return new(HttpStatusCode.OK) { Content = content };
    }

    private static object Share =>
        new { id = "share", mode = "view", createdAt = DateTimeOffset.UnixEpoch, expiresAt = DateTimeOffset.UnixEpoch, viewers = 2 };

    private HttpResponseMessage Redeem(string body) => body.Contains("THE-SECRET", StringComparison.Ordinal)
        ? Json(new
        {
            owner = "ada",
            mesh = "teapot",
            mode = "view",
            expiresAt = DateTimeOffset.UnixEpoch,
            ticket = OwnersAreThere
                ? new { token = "VISIT", dataSource = "mysql-shared", connection = "KEY", type = "c", expiresAt = TicketExpiresAt }
                : null,
        })
        : Problem(HttpStatusCode.NotFound, "This link leads nowhere", "It has expired.");

    private FakeDesktop Launch(string form)
    {
        using var launch = JsonDocument.Parse(LaunchPart().Match(form).Value);
        return Add(launch.RootElement.GetProperty("owner").GetString()!, "pending", launch.RootElement.GetProperty("mesh").GetString()!);
    }

    private HttpResponseMessage OfDesktop(EdgeCall call, FakeDesktop desktop, string[] rest) => (call.Method, rest) switch
    {
        ("GET", []) or ("PUT", ["recording"]) => Json(desktop),
        ("GET", ["events"]) => Events(desktop, desktop with { State = "stopped" }),
        ("POST", ["ticket"]) => Json(new
        {
            token = $"TOKEN-{desktop.Id}",
            dataSource = "mysql",
            connection = "7",
            type = "c",
            expiresAt = TicketExpiresAt,
        }),
        ("POST", ["save"]) => Json(Desktops[desktop.Id] = desktop with { SavedAt = DateTimeOffset.UtcNow }),
        ("POST", ["stay"]) => Json(desktop),
        ("PUT", ["screen"]) => Json(new { width = 1920, height = 1080 }),
        ("GET", ["file"]) => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent("BLENDER"u8.ToArray()) },
        ("POST", ["shares"]) => Json(new { share = Share, secret = "THE-SECRET" }),
        ("GET", ["shares"]) => Json(new[] { Share }),
        ("DELETE", ["shares", _]) => new HttpResponseMessage(HttpStatusCode.NoContent),
        ("DELETE", []) => Json(Desktops[desktop.Id] = desktop with { State = "stopped" }, HttpStatusCode.Accepted),
        _ => new HttpResponseMessage(HttpStatusCode.NotFound),
    };

    [GeneratedRegex("""\{"owner".*?\}""")]
    private static partial Regex LaunchPart();
}

internal sealed record FakeSave(string Id, string Owner, string Mesh, string FileName, DateTimeOffset SavedAt)
{
    public string Desktop { get; init; } = "desktop";

    public long Bytes { get; init; } = 7;

    public bool Checkpoint { get; init; }
}

internal sealed record FakeDesktop(string Id, string Owner, string Mesh, string State)
{
    public int Percent { get; init; }

    public string? Message { get; init; }

    public string? Notice { get; init; }

    public DateTimeOffset CreatedAt { get; init; } = DateTimeOffset.UtcNow;

    public DateTimeOffset? SavedAt { get; init; }
}
