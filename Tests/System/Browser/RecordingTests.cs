using System.Text.Json;
using System.Text.Json.Nodes;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>Recording as a person does it: the button, the sign, the list, the player.</summary>
public sealed class RecordingTests(RunningSystem system, Chromium chromium)
{
    [Fact]
    public async Task OneRecordsADesktopAndWatchesItAgain()
    {
        var axe = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Data", "axe.min.js"), TestContext.Current.CancellationToken);
        var options = new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark, ReducedMotion = ReducedMotion.Reduce };
        await using var visitor = await Visitor.ArriveAsync(system, chromium, options, axe);
        var page = visitor.Page;
        await visitor.SignInAsGuestAsync();
        var desktop = await visitor.LaunchAsync("watering-can");
        await visitor.WaitForPictureAsync();

        // Whoever looks at it sees that it is recorded, and nobody is told that the line dropped.
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync($"/desktops/{desktop}");
        await other.Locator("[data-first-frame]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        IPage[] windows = [page, other];
        foreach (var window in windows)
        {
            await window.EvaluateAsync(
                """
                () => {
                  const line = document.getElementById('line');
                  new MutationObserver(() => { window.lineDropped ||= !line.hidden; }).observe(line, { attributes: true });
                }
                """);
        }

        await page.GetByTestId("record").ClickAsync();
        foreach (var window in windows)
            await window.GetByTestId("recording-sign").WaitForAsync();
        await Assertions.Expect(page.GetByTestId("record")).ToHaveAttributeAsync("aria-pressed", "true");
        await Eventually.GetAsync(
            // Browsers drop what they are about to send when a network of this machine comes or goes, as a desktop's does.
            () => page.EvaluateAsync<string>("() => fetch('/api/recordings').then(answer => answer.text(), () => '[]')"),
            recordings => JsonNode.Parse(recordings) is JsonArray all
                && all.Count(recording => (long)recording!["bytes"]! > 100_000) == windows.Length,
            "both windows to be recorded");
        await Assertions.Expect(page.GetByTestId("record")).ToBeEnabledAsync();
        await CheckAsync("desktop");

        await page.GetByTestId("record").ClickAsync();
        foreach (var window in windows)
            await window.GetByTestId("recording-sign").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        foreach (var window in windows)
        {
            await Assertions.Expect(window.Locator("#display > .before")).ToHaveCountAsync(0, new() { Timeout = AtMost.Milliseconds(30_000) });
            await Assertions.Expect(window.GetByTestId("connection-status")).ToHaveTextAsync("Connected", new() { Timeout = AtMost.Milliseconds(30_000) });
            Assert.False(await window.EvaluateAsync<bool>("() => Boolean(window.lineDropped)"), "The page told that the line had dropped.");
        }

        await page.GotoAsync("/");
        await page.GetByTestId("recordings").WaitForAsync();
        await CheckAsync("list");
        await page.Locator("[data-testid^='play-']").First.ClickAsync();
        await page.GetByTestId("play").WaitForAsync();
        await Eventually.GetAsync(
            () => page.EvaluateAsync<bool>(
                """
                () => [...document.querySelectorAll('[data-testid="player-screen"] canvas')]
                  .filter(canvas => canvas.width > 0)
                  .map(canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data)
                  .some(pixels => pixels.some((value, index) => index % 4 !== 3 && value > 40))
                """),
            seen => seen,
            "the player to show what was recorded");
        await CheckAsync("player");
        visitor.AssertNoErrors();

        async Task CheckAsync(string name)
        {
            var violations = await visitor.AskAsync<JsonElement>(
                """
                async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
                  .map(v => `${v.id}: ${v.nodes.map(n => `${n.html} ${n.failureSummary}`).join(' | ')}`)
                """);
            Assert.True(violations.GetArrayLength() == 0, $"{name}: {violations}");
        }
    }
}
