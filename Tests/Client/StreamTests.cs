using GuacAspire.Tests.EndToEnd.Browser;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

namespace GuacAspire.Tests.Client;

/// <summary>A page follows its desktop while somebody looks at it, and never waits for ever.</summary>
public sealed class StreamTests(Chromium chromium)
{
    [Fact]
    public async Task A_tab_in_the_background_has_no_stream_and_learns_of_the_end_all_the_same()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        await StreamsAsync(visit, open: 1, of: 1);
        await visit.TurnAsync(hidden: true);
        await StreamsAsync(visit, open: 0, of: 1);
        await visit.TurnAsync(hidden: false);
        await StreamsAsync(visit, open: 1, of: 2);

        await visit.TurnAsync(hidden: true);
        (visit.Portal.Desktop["state"], visit.Portal.Desktop["message"]) = ("stopped", "Nobody was here.");
        await visit.Page.Clock.RunForAsync(15_000);
        await Assertions.Expect(visit.Page.Locator("#launch-message")).ToHaveTextAsync("Nobody was here.");
        await Visit.UntilAsync(() => visit.Portal.Open.Count == 0, "no tunnel");
    }

    [Fact]
    public async Task A_stream_that_says_nothing_any_more_is_asked_for_again()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        await StreamsAsync(visit, open: 1, of: 1);
        await visit.Page.Clock.RunForAsync(45_000);
        await Visit.UntilAsync(() => visit.Portal is { Streams: 1, StreamsOpened: >= 2 }, "another stream");
    }

    [Fact]
    public async Task What_happened_while_the_machine_slept_is_seen_on_waking()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        visit.Portal.Desktop["message"] = "Blender was started again.";
        await visit.Page.Clock.FastForwardAsync(3_600_000);
        await visit.Page.Clock.RunForAsync(3_000);
        await Assertions.Expect(visit.Page.GetByText("Blender was started again.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_answer_that_never_comes_leaves_no_button_dead()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        var never = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        visit.Portal.Meddle = async call =>
        {
            if (call.EndsWith("/save", StringComparison.Ordinal))
            {
                asked.TrySetResult();
                await never.Task;
            }

            return null;
        };
        await visit.Page.GetByTestId("save-desktop").ClickAsync();
        await asked.Task.WaitAsync(AtMost.Seconds(30), TestContext.Current.CancellationToken);
        await Assertions.Expect(visit.Page.GetByTestId("save-desktop")).ToBeDisabledAsync();
        await visit.Page.Clock.FastForwardAsync(301_000);
        await Assertions.Expect(visit.Page.GetByTestId("save-desktop")).ToBeEnabledAsync();
        await Assertions.Expect(visit.Page.GetByText("The portal does not answer")).ToBeVisibleAsync();
        never.SetResult();
    }

    private static Task StreamsAsync(Visit visit, int open, int of) => Visit.UntilAsync(
        () => (visit.Portal.Streams, visit.Portal.StreamsOpened) == (open, of), $"{open} streams of {of}");
}
