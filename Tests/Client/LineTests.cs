using GuacAspire.Tests.EndToEnd.Browser;
using GuacAspire.Tests.EndToEnd.Fixtures;
using Microsoft.Playwright;

namespace GuacAspire.Tests.Client;

/// <summary>A line that drops is taken up again, by one tunnel and no more, and is spoken of only when that takes long.</summary>
public sealed class LineTests(Chromium chromium)
{
    [Fact]
    public async Task A_line_that_is_back_at_once_is_not_spoken_of()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        await visit.SlowlyAsync(visit.Portal.Open[0].Cut, () => visit.Portal.Open.Count == 1 && visit.Portal.Tunnels.Count == 2, "a second tunnel");
        await Assertions.Expect(visit.Page.GetByTestId("connection-status")).ToHaveTextAsync("Connected");
        await visit.PictureAsync();
        Assert.False(await visit.WasToldAsync());
    }

    [Theory]
    [InlineData(503, "The portal does not answer.")]
    [InlineData(429, "The portal refused (429).")]
    public async Task One_that_is_refused_is_spoken_of_and_goes_on(int status, string why)
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        visit.Portal.Meddle = call => Task.FromResult<int?>(call.EndsWith("/ticket", StringComparison.Ordinal) ? status : null);
        visit.Portal.Open[0].Cut();
        await Assertions.Expect(visit.Banner).ToBeVisibleAsync();
        await Assertions.Expect(visit.Banner.Locator("h2")).ToHaveTextAsync(why);
        visit.Portal.Meddle = _ => Task.FromResult<int?>(null);
        await visit.Page.GetByText("Reconnect now").ClickAsync();
        await Assertions.Expect(visit.Banner).ToBeHiddenAsync();
        await visit.OneTunnelAsync(of: 2);
    }

    [Fact]
    public async Task Tunnels_that_all_fail_are_spoken_of_after_a_second()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        visit.Portal.Meddle = call => Task.FromResult<int?>(call.Contains("tunnel", StringComparison.Ordinal) ? 502 : null);
        visit.Portal.Open[0].Cut();
        await Assertions.Expect(visit.Banner).ToBeVisibleAsync();
        visit.Portal.Meddle = _ => Task.FromResult<int?>(null);
        await Assertions.Expect(visit.Banner).ToBeHiddenAsync();
        await visit.OneTunnelAsync(of: 2);
    }

    [Fact]
    public async Task However_often_it_is_asked_for_there_is_one_and_none_after_a_stop()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        var released = new TaskCompletionSource();
        var asked = 0;
        visit.Portal.Meddle = async call =>
        {
            if (call.EndsWith("/ticket", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref asked);
                await released.Task;
            }

            return null;
        };
        visit.Portal.Open[0].Cut();
        await Assertions.Expect(visit.Banner).ToBeVisibleAsync();
        await visit.Page.GetByText("Reconnect now").ClickAsync();
        await visit.Page.EvaluateAsync("() => dispatchEvent(new Event('online'))");
        await visit.Page.GetByText("Reconnect now").ClickAsync();
        await Visit.UntilAsync(() => Volatile.Read(ref asked) >= 4, "four attempts");
        released.SetResult();
        await visit.PictureAsync();
        await visit.OneTunnelAsync(of: 2);

        await visit.Page.GetByTestId("stop-desktop").ClickAsync();
        await visit.Page.Locator("#confirm-yes").ClickAsync();
        await Visit.UntilAsync(() => visit.Portal.Open.Count == 0, "no tunnel");
    }

    [Fact]
    public async Task A_recording_ends_every_line_and_nobody_is_told_that_it_dropped()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        for (var round = 1; round <= 2; round++)
        {
            // The word of it comes later than the end of the tunnel, and the new one takes longer than a line that was lost may.
            var late = new TaskCompletionSource();
            var asked = new TaskCompletionSource();
            visit.Portal.Meddle = async call =>
            {
                if (call.Contains("tunnel", StringComparison.Ordinal))
                {
                    asked.TrySetResult();
                    await late.Task;
                }

                return null;
            };
            await visit.Page.GetByTestId("record").ClickAsync();
            await asked.Task.WaitAsync(AtMost.Seconds(30), TestContext.Current.CancellationToken);
            await visit.Page.Clock.RunForAsync(4_000);
            late.SetResult();
            await visit.OneTunnelAsync(of: round + 1);
            await visit.PictureAsync();
            Assert.False(await visit.WasToldAsync());
        }
    }

    [Fact]
    public async Task One_that_a_sleep_has_swallowed_is_given_up_three_seconds_after_waking()
    {
        await using var visit = await Visit.ArriveAsync(chromium);
        visit.Portal.Open[0].IsSilent = true;
        await visit.PauseAsync();
        await visit.Page.Clock.FastForwardAsync(8_000);
        await visit.Page.Clock.RunForAsync(3_000);
        await visit.Page.Clock.ResumeAsync();
        await visit.OneTunnelAsync(of: 2);
    }
}
