using System.Collections.Concurrent;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>A person at a browser of their own. Notes what the page complains of, and leaves no desktop behind.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private const float Patience = 60_000;
    private readonly RunningSystem _system;
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _errors = new();

    private Visitor(RunningSystem system, IPage page)
    {
        _system = system;
        _context = page.Context;
        Page = page;
        page.Console += (_, message) => NoteIf(message.Type == "error", $"console: {message.Text} ({message.Location})");
        page.PageError += (_, error) => NoteIf(true, $"exception: {error}");
        _context.WebError += (_, error) => NoteIf(error.Page != page, $"exception: {error.Error}");
    }

    public IPage Page { get; }

    public static async Task<Visitor> ArriveAsync(RunningSystem system, Chromium chromium, BrowserNewContextOptions? options = null, string? initScript = null)
    {
        options ??= new();
        options.BaseURL = system.Address.ToString();
        options.ViewportSize ??= new() { Width = 1400, Height = 900 };
        var page = await chromium.OpenAsync(options);
        page.Context.SetDefaultTimeout(Patience);
        if (initScript is not null)
            await page.AddInitScriptAsync(initScript);
        var visitor = new Visitor(system, page);
        await visitor.Page.GotoAsync("/");
        return visitor;
    }

    public async Task<Visitor> SignInAsGuestAsync()
    {
        await Page.GetByTestId("signin-guest").ClickAsync();
        await Page.GetByTestId("meshes").WaitForAsync();
        foreach (var cookie in await _context.CookiesAsync())
            _system.Secrets.Keep($"the cookie '{cookie.Name}'", cookie.Value);
        return this;
    }

    /// <summary>Picks a mesh and gives the desktop's id.</summary>
    public async Task<string> LaunchAsync(string mesh)
    {
        await Page.GetByTestId($"mesh-card-{mesh}").ClickAsync();
        await Page.WaitForURLAsync("**/desktops/*");
        return new Uri(Page.Url).Segments[^1].Trim('/');
    }

    /// <summary>Waits until the portal shows the picture, and not the launch's progress.</summary>
    public async Task WaitForPictureAsync()
    {
        await Page.GetByTestId("launch-progress").WaitForAsync(new() { State = WaitForSelectorState.Hidden, Timeout = 120_000 });
        await Page.GetByTestId("desktop-display").Locator("canvas").First.WaitForAsync();
    }

    /// <summary>Asks the page; Playwright itself would wait for ever for one that does not answer.</summary>
    public Task<T> AskAsync<T>(string script) => Page.EvaluateAsync<T>(script).WaitAsync(TimeSpan.FromMilliseconds(Patience), TestContext.Current.CancellationToken);

    public async Task<Picture> LookAsync() => Picture.Decode(await Page.GetByTestId("desktop-display").ScreenshotAsync());

    public void AssertNoErrors() => Assert.True(_errors.IsEmpty, $"The page complained:\n{string.Join('\n', _errors)}");

    public async ValueTask DisposeAsync()
    {
        var api = _context.APIRequest;
        var desktops = await api.GetAsync("/api/desktops");
        if (desktops.Ok)
        {
            foreach (var desktop in (await desktops.JsonAsync())!.Value.EnumerateArray())
                await api.DeleteAsync($"/api/desktops/{desktop.GetProperty("id").GetString()}?discard=true");
            await api.DeleteAsync("/api/session");
        }

        await Chromium.EndAsync(_context.Browser!);
    }

    private void NoteIf(bool condition, string error)
    {
        if (condition)
            _errors.Enqueue(error);
    }
}
