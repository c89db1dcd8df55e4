using GuacAspire.Tests.EndToEnd.Browser;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>The distribution's Chromium, driven by Playwright; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--no-first-run",
    ];

    // A browser without a screen now and then never shows its first page; another one does.
    private const int Attempts = 3;
    private static TimeSpan Patience => AtMost.Seconds(20);

    private IPlaywright _playwright = null!;
    private string _path = null!;

    public async ValueTask InitializeAsync()
    {
        _path = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
        Assert.True(File.Exists(_path), $"There is no browser at {_path}. Install chromium, or set CHROMIUM to its path.");
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(AtMost.Milliseconds(30_000));
    }

    public ValueTask DisposeAsync()
    {
        _playwright?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Starts a browser for one test, with one page. Whoever gets it ends it.</summary>
    internal async Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        for (var attempt = 1; ; attempt++)
        {
            var browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = _path, Headless = true, Args = Arguments });
            try
            {
                return await NewPageAsync(browser).WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException) when (attempt < Attempts)
            {
                await EndAsync(browser);
            }
        }

        async Task<IPage> NewPageAsync(IBrowser browser) => await (await browser.NewContextAsync(options)).NewPageAsync();
    }

    internal static async Task EndAsync(IBrowser browser)
    {
        try
        {
            await browser.CloseAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            // It does not answer any more; it ends with Playwright's driver.
        }
    }
}
