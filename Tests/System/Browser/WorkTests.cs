using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

namespace GuacAspire.Tests.EndToEnd.Browser;

/// <summary>What hands do without thinking, and must find as they expect it.</summary>
public sealed class WorkTests(RunningSystem system, Chromium chromium)
{
    private const string Mesh = "watering-can";
    private const string BeyondAscii = "Grüße";

    [Fact]
    public async Task KeysGoWhereTheMouseIsTextArrivesAsItIsAndCtrlSIsASave()
    {
        await using var visitor = await Visitor.ArriveAsync(
            system, chromium, new() { Permissions = ["clipboard-read", "clipboard-write"] });
        await visitor.SignInAsGuestAsync();
        var desktop = await visitor.LaunchAsync(Mesh);
        await visitor.WaitForPictureAsync();
        using var agent = new AgentClient(await system.Engine.DesktopAsync(desktop));

        // The button takes the focus; the mouse alone gives it back.
        await visitor.Page.GetByTestId("save-desktop").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByTestId("saved-at")).ToContainTextAsync("Saved");
        await MoveIntoViewAsync(visitor.Page);
        await Assertions.Expect(visitor.Page.GetByTestId("desktop-display")).ToBeFocusedAsync();

        await visitor.AskAsync<object?>($"() => navigator.clipboard.writeText('{BeyondAscii}')");
        await Eventually.GetAsync(
            () => RenameByPasteAsync(visitor.Page, agent), names => names.Contains(BeyondAscii), "an object with the name that was pasted");

        await visitor.Page.Keyboard.PressAsync("Control+s", new() { Delay = 50 });
        await Eventually.TrueAsync(async () => await SavesAsync(visitor.Page) == 2, "a second save");
        visitor.AssertNoErrors();
    }

    [Fact]
    public async Task FilesDroppedAnywhereOnThePageAreUploaded()
    {
        await using var visitor = await Visitor.ArriveAsync(system, chromium);
        await visitor.SignInAsGuestAsync();
        await visitor.Page.GetByTestId($"mesh-card-{Mesh}").WaitForAsync();
        await visitor.AskAsync<object?>(
            """
            () => {
              const dataTransfer = new DataTransfer();
              for (const name of ['one.obj', 'two.obj']) dataTransfer.items.add(new File(['v 0 0 0\nv 1 0 0\nv 1 1 0\nf 1 2 3\n'], name));
              for (const type of ['dragover', 'drop'])
                document.querySelector('h1').dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
            }
            """);
        foreach (var name in new[] { "one", "two" })
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = $"Delete {name}" }).WaitForAsync();
        visitor.AssertNoErrors();
    }

    [Fact]
    public async Task ATunnelThatLeadsNowhereIsGivenUpForAnother()
    {
        await using var visitor = await Visitor.ArriveAsync(system, chromium);
        await visitor.SignInAsGuestAsync();
        var tunnels = 0;
        await visitor.Page.RouteWebSocketAsync(new System.Text.RegularExpressions.Regex("websocket-tunnel"), socket =>
        {
            if (Interlocked.Increment(ref tunnels) > 1)
            {
                socket.ConnectToServer();
                return;
            }

            // As with a guacd that looks for a desktop in vain: the line is open, and nothing comes but signs of life.
            socket.OnMessage(_ => socket.Send("3.nop;"));
            socket.Send("0.,36.00000000-0000-0000-0000-000000000000;");
        });
        await visitor.LaunchAsync(Mesh);
        await visitor.WaitForPictureAsync();
        Assert.True(tunnels > 1, "The tunnel that led nowhere was not the first.");
    }

    [Fact]
    public async Task WhoPicksACheckpointThatWasReplacedIsToldOnceThatANewerSaveWasOpened()
    {
        await using var visitor = await Visitor.ArriveAsync(system, chromium);
        await visitor.SignInAsGuestAsync();
        var first = await visitor.LaunchAsync(Mesh);
        await visitor.WaitForPictureAsync();
        var api = visitor.Page.APIRequest;
        var saved = await api.PostAsync($"/api/desktops/{first}/save");
        Assert.True(saved.Ok, await saved.TextAsync());
        // As from a list that is old: such a checkpoint is long gone.
        var launched = await api.PostAsync(
            "/api/desktops", new() { DataObject = new { mesh = Mesh, resume = $"20000101T000000000Z-{first}-checkpoint" } });
        Assert.True(launched.Ok, await launched.TextAsync());
        var desktop = (await launched.JsonAsync())!.Value.GetProperty("id").GetString();

        await visitor.Page.GotoAsync($"/desktops/{desktop}");
        var notice = visitor.Page.GetByTestId("notice");
        await Assertions.Expect(notice).ToContainTextAsync("A newer save was opened", new() { Timeout = AtMost.Milliseconds(120_000) });
        await Assertions.Expect(notice).ToContainTextAsync("had been replaced by a newer save of the same desktop");
        await visitor.WaitForPictureAsync();
        await visitor.Page.ReloadAsync();
        await visitor.WaitForPictureAsync();
        await Assertions.Expect(notice).ToHaveCountAsync(0);
        visitor.AssertNoErrors();
    }

    private static async Task<string[]> RenameByPasteAsync(IPage page, AgentClient agent)
    {
        foreach (var key in new[] { "Escape", "F2", "Control+a", "Control+v", "Enter" })
        {
            await page.Keyboard.PressAsync(key, new() { Delay = 50 });
            // Blender draws the field before it takes what is typed.
            await page.WaitForTimeoutAsync(AtMost.Milliseconds(200));
        }

        return (await agent.StatusAsync()).Objects;
    }

    private static async Task MoveIntoViewAsync(IPage page)
    {
        var display = await page.GetByTestId("desktop-display").BoundingBoxAsync()
            ?? throw new InvalidOperationException("The display is not on the page.");
        var (x, y) = (display.X + (display.Width * BlenderLook.ViewportCentre.X),
            display.Y + (display.Height * BlenderLook.ViewportCentre.Y));
        await page.Mouse.MoveAsync(x - 40, y - 40);
        await page.Mouse.MoveAsync(x, y, new() { Steps = 5 });
    }

    private static async Task<int> SavesAsync(IPage page) =>
        (await (await page.APIRequest.GetAsync("/api/saves")).JsonAsync())!.Value.GetArrayLength();
}
