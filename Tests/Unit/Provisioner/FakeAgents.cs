using System.Net;
using System.Net.Http.Json;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>The agents of all desktops: ready at once, and as able as a test wants them to be.</summary>
internal sealed class FakeAgents : HttpMessageHandler
{
    public bool IsReady { get; set; } = true;

    /// <summary>The desktops whose Blender has a mesh open.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<string, bool> Showing { get; } = new();

    public HttpStatusCode OpenAnswer { get; set; } = HttpStatusCode.OK;

    /// <summary>The desktop whose Blender fails at the next file that it is to open.</summary>
    public string? Broken { get; set; }

    /// <summary>What becomes of who asks it for that; null for an answer of its own.</summary>
    public Exception? BrokenBy { get; set; }

    public HttpStatusCode SaveAnswer { get; set; } = HttpStatusCode.OK;

    /// <summary>What is said to be the length of a saved file, where that is not its length.</summary>
    public int? WrongLength { get; set; }

    /// <summary>How many of the next saves nobody answers.</summary>
    public int SilentSaves { get; set; }

    /// <summary>Whether there is work that no save holds.</summary>
    public bool Unsaved { get; set; }

    public bool IsSilent { get; set; }

    public bool Rendering { get; set; }

    public bool Busy { get; set; }

    public double? LastInput { get; set; }

    public double? Resumed { get; set; }

    /// <summary>Whether Blender hangs: who asks it waits until he gives up.</summary>
    public bool Hangs { get; set; }

    /// <summary>What single desktops say of themselves instead, as it is.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<string, string> Saying { get; } = new();

    /// <summary>What goes wrong with whoever asks single desktops how they are.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<string, Exception> Throwing { get; } = new();

    /// <summary>Whether a file that is to be opened is taken, and never answered for.</summary>
    public bool HangsOnOpen { get; set; }

    private readonly SemaphoreSlim _hanging = new(0);

    /// <summary>Waits until one more of those who ask waits for an answer that never comes.</summary>
    public Task HangsAsync() => _hanging.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>What Blender has written by itself, if it has.</summary>
    public string? LeftBehind { get; set; }

    /// <summary>How often agents were asked for anything.</summary>
    public int Calls => _calls;

    private int _calls;

    /// <summary>How often Blender was asked to save.</summary>
    public int Saves { get; private set; }

    /// <summary>The names and contents of the files that were opened.</summary>
    public List<(string Name, string Content)> Opened { get; } = [];

    public List<string> VncPasswords { get; } = [];

    public HttpStatusCode ScreenAnswer { get; set; } = HttpStatusCode.OK;

    /// <summary>What an agent sends as a picture; null where Blender shows no viewport.</summary>
    public byte[]? Picture { get; set; }

    /// <summary>The sizes that screens were given.</summary>
    public List<string> Screens { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        if (request.Headers.Authorization?.Parameter != "agent-token")
            return new(HttpStatusCode.Unauthorized);
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        switch (request.RequestUri!.AbsolutePath)
        {
            case "/alive" when !IsReady || IsSilent:
                throw new HttpRequestException("Connection refused");
            case "/alive":
                return new(HttpStatusCode.NoContent);
            case "/status" when !IsReady:
                return Error(HttpStatusCode.ServiceUnavailable, "starting");
            case "/status" when IsSilent:
                throw new HttpRequestException("Connection refused");
            case "/status" when Throwing.TryGetValue(request.RequestUri.Host, out var foreign):
                throw foreign;
            case "/status" when Saying.TryGetValue(request.RequestUri.Host, out var said):
                return new(HttpStatusCode.OK) { Content = new StringContent(said, System.Text.Encoding.UTF8, "application/json") };
            case "/status":
                return Status(Showing.ContainsKey(request.RequestUri.Host));
            case "/rehearse":
                return Status(drawn: false);
            case "/open" when request.RequestUri.Host == Broken:
                Broken = null;
                if (BrokenBy is { } fault)
                    throw fault;
                return Error(HttpStatusCode.InternalServerError, "Blender is out of its mind.");
            case "/open" when OpenAnswer != HttpStatusCode.OK:
                return Error(OpenAnswer, "This is no mesh.");
            case "/open" when HangsOnOpen:
                return await HangAsync(cancellationToken);
            case "/open":
                Opened.Add((Uri.UnescapeDataString(request.RequestUri.Query["?name=".Length..]), System.Text.Encoding.UTF8.GetString(body)));
                Showing[request.RequestUri.Host] = true;
                return Status(drawn: body.Length > 0);
            case "/save" when SilentSaves > 0:
                SilentSaves--;
                throw new HttpRequestException("Connection timed out");
            case "/save" when SaveAnswer != HttpStatusCode.OK:
                return Error(SaveAnswer, "The disk of the desktop is full.");
            case "/save" when Hangs:
                return await HangAsync(cancellationToken);
            case "/rescue" when LeftBehind is { } left:
                return new(HttpStatusCode.OK) { Content = new StringContent(left) };
            case "/rescue":
                return Error(HttpStatusCode.NotFound, "There is nothing newer.");
            case "/save":
                Saves++;
                Unsaved = false;
                var content = new ByteArrayContent("BLENDER"u8.ToArray());
                content.Headers.ContentLength = WrongLength ?? 7;
                return new(HttpStatusCode.OK) { Content = content };
            case "/picture" when Picture is { } picture:
                return new(HttpStatusCode.OK) { Content = new ByteArrayContent(picture) };
            case "/vnc-password":
                VncPasswords.Add(System.Text.Encoding.UTF8.GetString(body));
                return new(HttpStatusCode.NoContent);
            case "/screen" when ScreenAnswer != HttpStatusCode.OK:
                return Error(ScreenAnswer, "The X server is gone.");
            case "/screen":
                Screens.Add(System.Text.Encoding.UTF8.GetString(body));
                return new(HttpStatusCode.OK) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
            default:
                return new(HttpStatusCode.NotFound);
        }
    }

    private async Task<HttpResponseMessage> HangAsync(CancellationToken cancellationToken)
    {
        _hanging.Release();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return new(HttpStatusCode.GatewayTimeout);
    }

    private HttpResponseMessage Status(bool drawn) => new(HttpStatusCode.OK)
    {
        Content = JsonContent.Create(new { ready = true, mesh = drawn ? "cube.stl" : null, rehearsed = true, meshDrawn = drawn, objects = Array.Empty<string>(), triangles = 12, blender = "4.3.2", unsaved = Unsaved, rendering = Rendering, busy = Busy, lastInput = LastInput, resumed = Resumed }),
    };

    private static HttpResponseMessage Error(HttpStatusCode status, string error) => new(status) { Content = JsonContent.Create(new { error }) };
}
