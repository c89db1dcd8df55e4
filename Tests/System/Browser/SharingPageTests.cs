using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>What an owner and a visitor see of a link.</summary>
public sealed class SharingPageTests(RunningSystem system, Chromium chromium)
{
    private const string Mesh = "watering-can";
    private static float Patience => AtMost.Milliseconds(60_000);

    [Fact]
    public async Task AVisitorWaitsForTheOwnerLooksOnAndIsToldOfTheEnd()
    {
        var axe = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Data", "axe.min.js"), TestContext.Current.CancellationToken);
        await using var owner = await Visitor.ArriveAsync(system, chromium, new() { ReducedMotion = ReducedMotion.Reduce }, axe);
        await owner.SignInAsGuestAsync();
        await owner.LaunchAsync(Mesh);
        await owner.WaitForPictureAsync();
        await owner.Page.GetByTestId("share-desktop").ClickAsync();
        await owner.Page.GetByTestId("share-create").ClickAsync();
        await owner.Page.GetByTestId("share").WaitForAsync();
        var link = await owner.Page.GetByTestId("share-link").InputValueAsync();
        system.Secrets.Keep("what opens a link on a page", link.Split('#')[1]);
        await CheckAsync(owner, "the dialog");
        await owner.Page.ReloadAsync();
        await owner.WaitForPictureAsync();
        await owner.Page.GetByTestId("share-desktop").ClickAsync();
        await owner.Page.GetByTestId("share").WaitForAsync();
        Assert.DoesNotContain(link, await owner.Page.ContentAsync(), StringComparison.Ordinal);
        var desktop = owner.Page.Url;
        await owner.Page.GotoAsync("/");

        await using var visitor = await Visitor.ArriveAsync(
            system, chromium, new() { ColorScheme = ColorScheme.Dark, ReducedMotion = ReducedMotion.Reduce }, axe);
        await visitor.Page.GotoAsync(link);
        await Assertions.Expect(visitor.Page.GetByTestId("waiting"))
            .ToContainTextAsync("The owner is not connected", new() { Timeout = Patience });
        await Assertions.Expect(visitor.Page.GetByTestId("shared-mode")).ToHaveTextAsync("View only", new() { Timeout = Patience });
        await Assertions.Expect(visitor.Page.GetByTestId("recording-sign")).ToBeHiddenAsync();
        await CheckAsync(visitor, "waiting");
        await owner.Page.GotoAsync(desktop);
        await owner.WaitForPictureAsync();
        await SeesAsync(visitor);
        await CheckAsync(visitor, "looking on");

        // Asked before: on a quick machine it is over before the reload is.
        var disconnected = visitor.Page.GetByTestId("waiting").WaitForAsync();
        await owner.Page.ReloadAsync();
        await disconnected;
        await SeesAsync(visitor);
        await owner.WaitForPictureAsync();
        await owner.Page.GetByTestId("share-desktop").ClickAsync();
        await Assertions.Expect(owner.Page.GetByTestId("share")).ToContainTextAsync("1 viewer now", new() { Timeout = Patience });
        await owner.Page.GetByTestId("revoke-view").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByTestId("shared-end"))
            .ToContainTextAsync("This link leads nowhere", new() { Timeout = Patience });
        await owner.Page.GetByTestId("share").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await CheckAsync(visitor, "the end");
        owner.AssertNoErrors();
    }

    private static async Task SeesAsync(Visitor visitor)
    {
        await visitor.Page.GetByTestId("waiting").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await Eventually.GetAsync(visitor.LookAsync, BlenderLook.ShowsAMesh, "the mesh on the visitor's screen");
    }

    private static async Task CheckAsync(Visitor visitor, string what)
    {
        var violations = await visitor.AskAsync<JsonElement>(
            "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' | ')}`)");
        Assert.True(violations.GetArrayLength() == 0, $"{what}: {violations}");
        var overflow = await visitor.AskAsync<int>("() => document.scrollingElement.scrollWidth - innerWidth");
        Assert.True(overflow <= 0, $"{what}: the page is {overflow} px too wide.");
    }
}
