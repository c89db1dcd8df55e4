using GuacAspire.Tests.EndToEnd.Browser;
using Microsoft.Playwright;

namespace GuacAspire.Tests.Client;

/// <summary>Keys go to Blender while the picture has the focus, none stays down there, and the focus moves only when a person asks.</summary>
public sealed class KeyTests(Chromium chromium)
{
    [Theory]
    [InlineData("Control", "v")]
    [InlineData("Control", "V")]
    [InlineData("Control Shift", "V")]
    [InlineData("Shift Control", "V")]
    [InlineData("Meta", "v")]
    public async Task After_a_paste_nothing_is_down(string modifiers, string key)
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        var keyboard = visit.Page.Keyboard;
        foreach (var modifier in modifiers.Split(' '))
            await keyboard.DownAsync(modifier);
        await keyboard.DownAsync(key);
        await keyboard.UpAsync(key);
        foreach (var modifier in modifiers.Split(' '))
            await keyboard.UpAsync(modifier);
        await keyboard.PressAsync("x");
        await Visit.UntilAsync(() => visit.Portal.Open[0].Keys.Contains("x up"), "the key after it");
        Assert.Contains("v down", visit.Portal.Open[0].Keys);
        Assert.Contains("v up", visit.Portal.Open[0].Keys);
        Assert.Empty(visit.Portal.Open[0].KeysDown);
    }

    [Fact]
    public async Task Whoever_looks_elsewhere_leaves_no_key_down()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        await visit.Page.Keyboard.DownAsync("Shift");
        await visit.Page.Keyboard.DownAsync("g");
        await Visit.UntilAsync(() => visit.Portal.Open[0].KeysDown.Count == 2, "two keys");
        await visit.Page.GetByTestId("clipboard").ClickAsync();
        await Visit.UntilAsync(() => visit.Portal.Open[0].KeysDown.Count == 0, "no key");
    }

    [Fact]
    public async Task What_was_down_when_the_line_dropped_is_not_down_on_the_next()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        await visit.Page.Keyboard.DownAsync("Shift");
        await Visit.UntilAsync(() => visit.Portal.Open[0].KeysDown.Count == 1, "the key");
        visit.Portal.Open[0].Cut();
        await visit.OneTunnelAsync(of: 2);
        await visit.PictureAsync();
        await visit.Page.Keyboard.UpAsync("Shift");
        await visit.Page.Keyboard.PressAsync("x");
        await Visit.UntilAsync(() => visit.Portal.Open[0].Keys.Contains("x up"), "the key after it");
        Assert.Equal(["x down", "x up"], visit.Portal.Open[0].Keys);
    }

    [Fact]
    public async Task A_line_that_comes_back_leaves_the_focus_where_somebody_types()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        await visit.Page.GetByTestId("clipboard").ClickAsync();
        await visit.Page.Keyboard.TypeAsync("all");
        visit.Portal.Open[0].Cut();
        await visit.OneTunnelAsync(of: 2);
        await visit.PictureAsync();
        await visit.Page.Keyboard.TypeAsync(" axes");
        await Assertions.Expect(visit.Page.GetByTestId("clipboard-text")).ToHaveValueAsync("all axes");
        Assert.Empty(visit.Portal.Open[0].Keys);
    }

    [Fact]
    public async Task The_first_picture_has_the_focus()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        await Assertions.Expect(visit.Page.GetByTestId("desktop-display")).ToBeFocusedAsync();
    }
}
