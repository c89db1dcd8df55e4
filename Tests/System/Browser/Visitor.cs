using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>A person at a browser of their own. Notes what the page complains of, and leaves no desktop behind.</summary>
internal sealed partial class Visitor : IAsyncDisposable
{
    private static float Patience => AtMost.Milliseconds(60_000);

    private static readonly string[] Expected =
    [
        // Desktops' networks come and go on the machine that the browser runs on; the page copes, and the browser mentions it.
        "net::ERR_NETWORK_CHANGED",
        // The mouse moved while the other side was ending the tunnel, as it does when a recording begins.
        "WebSocket is already in CLOSING or CLOSED state",
    ];

    private readonly RunningSystem _system;
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _errors = new();

    private Visitor(RunningSystem system, IPage page)
    {
        _system = system;
        _context = page.Context;
        Page = page;
        page.Console += (_, message) => NoteIf(message.Type == "error" && !Expected.Any(
            words => message.Text.Contains(words, StringComparison.Ordinal)), $"console: {message.Text} ({message.Location})");
        page.PageError += (_, error) => NoteIf(true, $"exception: {error}");
        _context.WebError += (_, error) => NoteIf(error.Page != page, $"exception: {error.Error}");
    }

    public IPage Page { get; }

    private string Complaints => $"The page complained:\n{string.Join('\n', _errors)}";

    public static async Task<Visitor> ArriveAsync(
        RunningSystem system, Chromium chromium, BrowserNewContextOptions? options = null, string? initScript = null)
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
        await ClickToLaunchAsync(Page.GetByTestId($"mesh-card-{mesh}"));
        return new Uri(Page.Url).Segments[^1].Trim('/');
    }

    /// <summary>Clicks a mesh's card and waits for the desktop's page; a refusal fails in the portal's own words.</summary>
    public async Task ClickToLaunchAsync(ILocator card)
    {
        await card.ClickAsync();
        try
        {
            // Not WaitForURLAsync: it looks, and only then begins to listen; a launch from the pool fits in between.
            await Assertions.Expect(Page).ToHaveURLAsync(DesktopAddress(), new() { Timeout = Patience });
            await Page.WaitForLoadStateAsync();
        }
        catch (PlaywrightException error)
        {
            Assert.Fail($"The launch did not lead to a desktop's page. Notices: '{await Page.Locator("#notices").InnerTextAsync()}'. {Complaints}\n{error.Message}");
        }
    }

    /// <summary>Waits until the portal shows the picture, and not the launch's progress.</summary>
    public async Task WaitForPictureAsync()
    {
        await Page.Locator("[data-first-frame], .launch.failed").First.WaitForAsync(
            new() { State = WaitForSelectorState.Attached, Timeout = 2 * Patience });
        Assert.True(await Page.Locator(".launch.failed").CountAsync() == 0,
            $"The launch failed: {await Page.GetByTestId("launch-progress").InnerTextAsync()}");
        await Page.GetByTestId("launch-progress").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await Page.GetByTestId("desktop-display").Locator("canvas").First.WaitForAsync();
    }

    /// <summary>Asks the page; Playwright itself would wait for ever for one that does not answer.</summary>
    public Task<T> AskAsync<T>(string script) =>
        Page.EvaluateAsync<T>(script).WaitAsync(TimeSpan.FromMilliseconds(Patience), TestContext.Current.CancellationToken);

    public async Task<Picture> LookAsync() => Picture.Decode(await Page.GetByTestId("desktop-display").ScreenshotAsync());

    public void AssertNoErrors() => Assert.True(_errors.IsEmpty, Complaints);

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

    [GeneratedRegex("/desktops/[^/]+$")]
    private static partial Regex DesktopAddress();

    private void NoteIf(bool condition, string error)
    {
        if (condition)
            _errors.Enqueue(error);
    }
}
