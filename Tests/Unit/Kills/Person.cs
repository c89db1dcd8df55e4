using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using GuacAspire.Tests.Unit.Portal;

namespace GuacAspire.Tests.Unit.Kills;

/// <summary>
/// Somebody at a browser who does one thing after the other, and remembers what was said to be done. What was not answered may have been
/// done or not.
/// </summary>
internal sealed class Person(World world, Random random, string? account)
{
    private static int _addresses;

    private readonly string _address = $"198.51.{Interlocked.Increment(ref _addresses) / 250 % 250}.{_addresses % 250 + 1}";
    private string? _cookie;

    public string? Name { get; private set; }

    /// <summary>Whether it was said that nothing is left.</summary>
    public bool HasSignedOut { get; private set; }

    /// <summary>Whether it was asked for that, whatever the answer.</summary>
    public bool MayHaveSignedOut { get; private set; }

    /// <summary>The desktops, and in which age between power cuts they came.</summary>
    public Dictionary<string, Seat> Desktops { get; } = [];

    public HashSet<(string Desktop, DateTimeOffset At)> Saves { get; } = [];

    public Dictionary<string, string> Uploads { get; } = [];

    public List<(string Desktop, string Secret)> Links { get; } = [];

    public List<string> Tickets { get; } = [];

    public string? SessionId => _cookie is null ? null
        : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(_cookie.Split('=')[1])));

    /// <summary>Does something.</summary>
    public async Task ActAsync()
    {
        if (HasSignedOut)
            return;
        if (_cookie is null)
            await SignInAsync();
        else if (MayHaveSignedOut)
            await SignOutAsync();
        else if (Pick() is null && random.Next(4) > 0)
            await LaunchAsync(resume: random.Next(3) == 0 && Saves.Count > 0);
        else
            await (random.Next(16) switch
            {
                0 or 1 => UploadAsync(),
                2 or 3 => LaunchAsync(resume: false),
                4 => LaunchAsync(resume: true),
                5 or 6 or 7 => SaveAsync(),
                8 or 9 => ShareAsync(),
                10 => TicketAsync(),
                11 => StopAsync(),
                12 => WorkAsync(),
                _ => account is null && Desktops.Count > 0 ? SignOutAsync() : WorkAsync(),
            });
    }

    /// <summary>What was asked for last, for whoever looks for what went wrong.</summary>
    public string? Asks { get; private set; }

    /// <summary>Asks for something; null when nobody has answered, or the answer was no.</summary>
    public async Task<(HttpStatusCode Status, string Body, HttpResponseHeaders Headers)?> AskAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        if (world.Portal is not var (portal, server))
            return null;
        Asks = $"{method} {path}";
        using var request = new HttpRequestMessage(method, new Uri(new Uri("http://portal.test"), path)) { Content = content };
        request.Headers.Add(PortalApp.RemoteHeader, _address);
        if (_cookie is not null)
            request.Headers.Add("Cookie", _cookie);
        try
        {
            using var invoker = new HttpMessageInvoker(server, disposeHandler: false);
            using var answer = await invoker.SendAsync(request, portal.Killed).WaitAsync(portal.Killed);
            var body = await answer.Content.ReadAsStringAsync(portal.Killed);
            Asks = null;
            return portal.IsOver ? null : (answer.StatusCode, body, answer.Headers);
        }
        catch (Exception) when (portal.IsOver)
        {
            return null;
        }
    }

    private async Task<JsonNode?> TellAsync(HttpMethod method, string path, HttpContent? content = null) =>
        await AskAsync(method, path, content) is { } answer && (int)answer.Status is >= 200 and < 300
            ? answer.Body.Length > 0 ? JsonNode.Parse(answer.Body) : new JsonObject()
            : null;

    private async Task SignInAsync()
    {
        var content = account is null ? null : JsonContent.Create(new { username = account, password = "password" });
        if (await AskAsync(HttpMethod.Post, account is null ? "/api/session/guest" : "/api/session", content) is not { Status: HttpStatusCode.OK } answer)
            return;
        Name = (string)JsonNode.Parse(answer.Body)!["username"]!;
        _cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private async Task SignOutAsync()
    {
        MayHaveSignedOut = true;
        // What is half done then is what matters most.
        if (random.Next(3) > 0)
            world.Hurry(random.Next(60));
        HasSignedOut |= await TellAsync(HttpMethod.Delete, "/api/session") is not null;
    }

    private async Task UploadAsync()
    {
        var text = Portal.Uploads.Triangle + $"# {random.Next()}\n";
        var file = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        file.Headers.ContentDisposition = new("form-data") { Name = "\"file\"", FileName = "\"mesh.obj\"" };
        if (await TellAsync(HttpMethod.Post, "/api/meshes", new MultipartFormDataContent { file }) is { } mesh)
            Uploads[(string)mesh["id"]!] = text;
    }

    private async Task LaunchAsync(bool resume)
    {
        var mesh = Uploads.Count > 0 && random.Next(2) == 0 ? Uploads.Keys.First() : "teapot";
        var content = resume ? JsonContent.Create(new { mesh, resume = "latest" }) : JsonContent.Create(new { mesh });
        if (await TellAsync(HttpMethod.Post, "/api/desktops", content) is not { } desktop)
            return;
        var id = (string)desktop["id"]!;
        Desktops.TryAdd(id, new(world.Cuts));
        for (var looks = 0; looks < 50 && (string?)(await TellAsync(HttpMethod.Get, $"/api/desktops/{id}"))?["state"] is not (null or "ready" or "failed"); looks++)
            await Task.Delay(5);
    }

    private Task WorkAsync()
    {
        world.Agents.Unsaved = true;
        return Task.CompletedTask;
    }

    private async Task SaveAsync()
    {
        if (Pick() is not { } id)
            return;
        world.Agents.Unsaved = true;
        if (await TellAsync(HttpMethod.Post, $"/api/desktops/{id}/save") is { } saved)
            Saves.Add((id, (DateTimeOffset)saved["savedAt"]!));
    }

    private async Task ShareAsync()
    {
        if (Pick() is { } id
            && await TellAsync(HttpMethod.Post, $"/api/desktops/{id}/shares", JsonContent.Create(new { mode = "view" })) is { } share)
        {
            Links.Add((id, ((string)share["link"]!).Split('#')[1]));
        }
    }

    private async Task TicketAsync()
    {
        if (Pick() is { } id && await TellAsync(HttpMethod.Post, $"/api/desktops/{id}/ticket") is { } ticket)
            Tickets.Add((string)ticket["token"]!);
    }

    private async Task StopAsync()
    {
        if (Pick() is not { } id)
            return;
        Desktops[id].MayStop = true;
        await TellAsync(HttpMethod.Delete, $"/api/desktops/{id}{(random.Next(2) == 0 ? "?discard=true" : "")}");
    }

    private string? Pick() => Desktops.Where(one => !one.Value.MayStop).Select(one => one.Key).LastOrDefault();
}

/// <summary>A desktop that somebody was promised.</summary>
/// <param name="cuts">How often the power had failed before.</param>
internal sealed class Seat(int cuts)
{
    public int Cuts => cuts;

    /// <summary>Whether its owner has asked for its end.</summary>
    public bool MayStop { get; set; }
}
