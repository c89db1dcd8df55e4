using GuacAspire.Tests.EndToEnd.Browser;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

namespace GuacAspire.Tests.Client;

/// <summary>Somebody at the page of a desktop, whose clock a test may move.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private Visit(FakePortal portal, IPage page) => (Portal, Page) = (portal, page);

    public FakePortal Portal { get; }

    public IPage Page { get; }

    public ILocator Banner => Page.GetByTestId("reconnect");

    /// <summary>Opens the page and waits for the picture.</summary>
    public static async Task<Visit> ArriveAsync(Chromium chromium)
    {
        var portal = await FakePortal.StartAsync();
        var visit = new Visit(portal, await chromium.OpenAsync(new() { ViewportSize = new() { Width = 900, Height = 600 } }));
        var page = visit.Page;
        await page.Clock.InstallAsync();
        // Goes by the clock that the test moves, and notes what is never to be seen.
        await page.AddInitScriptAsync(
            """
            AbortSignal.timeout = (milliseconds) => {
              const controller = new AbortController();
              setTimeout(() => controller.abort(new DOMException('It took too long.', 'TimeoutError')), milliseconds);
              return controller.signal;
            };
            addEventListener('DOMContentLoaded', () => {
              const line = document.getElementById('line');
              new MutationObserver(() => { window.wasTold ||= !line.hidden; }).observe(line, { attributes: true });
            });
            """);
        await page.GotoAsync(portal.Page.ToString());
        await visit.PictureAsync();
        return visit;
    }

    public async Task PictureAsync()
    {
        await Page.Locator("[data-first-frame]").WaitForAsync(new() { State = WaitForSelectorState.Attached, Timeout = AtMost.Milliseconds(30_000) });
        await Page.Locator("#display > .before").WaitForAsync(new() { State = WaitForSelectorState.Detached, Timeout = AtMost.Milliseconds(30_000) });
    }

    /// <summary>Waits until there is one tunnel, of so many that there were.</summary>
    public Task OneTunnelAsync(int of) => UntilAsync(() => Portal.Open.Count == 1 && Portal.Tunnels.Count == of, $"one tunnel, the {of}.");

    /// <summary>Waits until the portal has seen something.</summary>
    public static Task UntilAsync(Func<bool> condition, string what) =>
        Eventually.TrueAsync(() => Task.FromResult(condition()), what, AtMost.Seconds(30));

    /// <summary>Whether it has ever been said that the line dropped.</summary>
    public Task<bool> WasToldAsync() => Page.EvaluateAsync<bool>("() => Boolean(window.wasTold)");

    /// <summary>Hides the tab behind another, or shows it again.</summary>
    public Task TurnAsync(bool hidden) => Page.EvaluateAsync(
        """
        (hidden) => {
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        hidden);

    /// <summary>Lets the page's time pass, five times more slowly than usual, until something is so: what it grants others it grants a slow machine.</summary>
    public async Task SlowlyAsync(Action begin, Func<bool> condition, string what)
    {
        await PauseAsync();
        begin();
        await Eventually.TrueAsync(
            async () =>
            {
                await Page.Clock.RunForAsync(40);
                return condition();
            },
            what,
            AtMost.Seconds(30));
        await Page.Clock.ResumeAsync();
    }

    /// <summary>Lets no time pass any more.</summary>
    public async Task PauseAsync() => await Page.Clock.PauseAtAsync(await Page.EvaluateAsync<DateTime>("() => new Date(Date.now() + 1000)"));

    public async ValueTask DisposeAsync()
    {
        await Chromium.EndAsync(Page.Context.Browser!);
        await Portal.DisposeAsync();
    }
}
