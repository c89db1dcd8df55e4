using System.Text.Json;
using System.Text.RegularExpressions;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

namespace GuacAspire.Tests.EndToEnd.Browser;

public sealed class PortalTests(RunningSystem system, Chromium chromium)
{
    private const string Mesh = "watering-can";

    public static TheoryData<ColorScheme, int> Looks => new()
    {
        { ColorScheme.Light, 1400 },
        { ColorScheme.Dark, 1400 },
        { ColorScheme.Light, 390 },
        { ColorScheme.Dark, 390 },
    };

    [Fact]
    public async Task WhoSignsInIsNotSentToAnotherSite()
    {
        await using var visitor = await Visitor.ArriveAsync(system, chromium);
        await visitor.Page.RouteAsync(
            new Regex("evil[.]invalid/x"), route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<title>There</title>" }));
        // Its path alone begins with two slashes, which is how an address begins that only leaves out the scheme.
        await visitor.Page.GotoAsync($"/?return={Uri.EscapeDataString("/.//evil.invalid/x")}");
        await visitor.Page.GetByTestId("signin-guest").ClickAsync();
        await Assertions.Expect(visitor.Page).ToHaveTitleAsync("There");
        Assert.Equal(system.Address.Authority, new Uri(visitor.Page.Url).Authority);
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task EveryPageIsAccessibleAndFits(ColorScheme scheme, int width)
    {
        var axe = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Data", "axe.min.js"), TestContext.Current.CancellationToken);
        var options = new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = 844 },
            HasTouch = width < 600,
        };
        await using var visitor = await Visitor.ArriveAsync(system, chromium, options, axe);
        await visitor.Page.GetByTestId("signin-guest").WaitForAsync();
        await CheckAsync("sign-in");

        await visitor.SignInAsGuestAsync();
        await visitor.Page.GetByTestId($"mesh-card-{Mesh}").WaitForAsync();
        await CheckAsync("catalogue");

        var held = new TaskCompletionSource();
        await visitor.Page.RouteAsync("**/ticket", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await visitor.LaunchAsync(Mesh);
        await visitor.Page.Locator("#launch-title").WaitForAsync();
        await CheckAsync("launch");
        held.SetResult();
        await visitor.WaitForPictureAsync();
        await CheckAsync("desktop");
        if (width < 600)
        {
            await visitor.Page.GetByTestId("more-tools").ClickAsync();
            await CheckAsync("more tools");
        }

        await visitor.Page.GetByTestId("share-desktop").ClickAsync();
        await visitor.Page.GetByTestId("share-create").ClickAsync();
        await visitor.Page.GetByTestId("share").WaitForAsync();
        await CheckAsync("sharing");
        visitor.AssertNoErrors();

        async Task CheckAsync(string name)
        {
            var violations = await visitor.AskAsync<JsonElement>(
                "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(v => `${v.id} (${v.impact}): ${v.nodes.map(n => n.html).join(' | ')}`)");
            Assert.True(violations.GetArrayLength() == 0, $"{name}, {scheme}, {width} px: {violations}");
            var overflow = await visitor.AskAsync<int>("() => document.scrollingElement.scrollWidth - innerWidth");
            Assert.True(overflow <= 0, $"{name}, {scheme}, {width} px: the page is {overflow} px too wide.");
        }
    }

    [Fact]
    public async Task ADroppedLineIsSaidAndTakenUpAgain()
    {
        await using var visitor = await Visitor.ArriveAsync(system, chromium);
        await visitor.SignInAsGuestAsync();
        await visitor.LaunchAsync(Mesh);
        await visitor.WaitForPictureAsync();
        visitor.AssertNoErrors();

        await system.Engine.RestartAsync(system.Property("guacd", "container.id"));
        await visitor.Page.GetByTestId("reconnect").WaitForAsync();
        Assert.False(string.IsNullOrWhiteSpace(await visitor.Page.GetByTestId("reconnect").InnerTextAsync()));
        await visitor.Page.GetByTestId("reconnect").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await Eventually.GetAsync(visitor.LookAsync, BlenderLook.ShowsAMesh, "the picture after the line was taken up again");
    }

    [Fact]
    public async Task WhatABrowserDropsWhenANetworkComesOrGoesIsAskedForAgain()
    {
        await using var visitor = await Visitor.ArriveAsync(system, chromium);
        await visitor.SignInAsGuestAsync();
        foreach (var dropped in new[] { "**/api/desktops", "**/js/desktop.js", "**/ticket" })
            await visitor.Page.RouteAsync(dropped, route => route.AbortAsync("connectionaborted"), new() { Times = 1 });
        await visitor.LaunchAsync(Mesh);
        await visitor.WaitForPictureAsync();
    }

    [Fact]
    public async Task AFullHouseIsSaidInWords()
    {
        await using var visitor = await Visitor.ArriveAsync(system, chromium);
        await visitor.SignInAsGuestAsync();
        var meshes = visitor.Page.Locator("[data-testid^='mesh-card-']");
        await meshes.First.WaitForAsync();
        for (var launched = 0; launched < 3; launched++)
        {
            await visitor.ClickToLaunchAsync(meshes.Nth(launched));
            await visitor.Page.GotoAsync("/");
            await meshes.First.WaitForAsync();
        }

        await meshes.Nth(3).ClickAsync();
        await visitor.Page.GetByText("3").And(visitor.Page.GetByRole(AriaRole.Alert))
            .Or(visitor.Page.Locator("#notices")).First.WaitForAsync();
        await Eventually.GetAsync(
            () => visitor.Page.Locator("#notices").InnerTextAsync(), text => text.Length > 0, "a notice that says why not");
        Assert.EndsWith("/", visitor.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWrongPasswordIsSaidInWords()
    {
        await using var visitor = await Visitor.ArriveAsync(system, chromium);
        await visitor.Page.GetByTestId("signin-username").FillAsync("nobody");
        await visitor.Page.GetByTestId("signin-password").FillAsync("a wrong password");
        await visitor.Page.GetByTestId("signin-submit").ClickAsync();
        await Eventually.GetAsync(
            () => visitor.Page.GetByTestId("signin-error").InnerTextAsync(), text => text.Length > 0,
            "the page to say that the password is wrong");
    }

    [Fact]
    public async Task ADesktopStoppedFromTheListGoes()
    {
        await using var visitor = await Visitor.ArriveAsync(system, chromium);
        await visitor.SignInAsGuestAsync();
        var desktop = await visitor.LaunchAsync(Mesh);
        await visitor.WaitForPictureAsync();
        await visitor.Page.GotoAsync("/");
        await visitor.Page.GetByTestId($"stop-desktop-{desktop}").ClickAsync();
        await visitor.Page.GetByTestId("confirm-stop").ClickAsync();
        await visitor.Page.GetByTestId($"desktop-card-{desktop}").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Gone.AssertAsync(system, desktop);
        visitor.AssertNoErrors();
    }

    [Fact]
    public async Task WhatSomebodyElseHasIsNotThere()
    {
        await using var owner = await system.SignInAsGuestAsync();
        var theirs = await owner.LaunchAsync(Mesh);
        await using var visitor = await Visitor.ArriveAsync(system, chromium);
        await visitor.SignInAsGuestAsync();
        await visitor.Page.GotoAsync($"/desktops/{theirs.Id}");
        await visitor.Page.GetByTestId("to-meshes").WaitForAsync();
    }
}
