using System.Net;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Sharing;

namespace GuacAspire.Tests.EndToEnd.Saving;

/// <summary>Invariant 9, on real parts: who looks at a desktop keeps it, and what nobody uses is saved and goes.</summary>
public sealed class CullingTests(RunningSystem system)
{
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task ADesktopInUseStaysAndAnIdleOneIsWarnedOfSavedAndStopped()
    {
        // The warning comes as soon as it can, and its end no sooner than anybody who is warned can have answered, on whatever machine.
        var warning = AtMost.Minutes(10);
        await using var own = new OwnProvisioner(
            system, ("IdleTimeout", $"{IdleTimeout + warning}"), ("SaveWarning", $"{warning}"), ("CullInterval", "00:00:00.500"));
        await own.StartAsync();
        var desktop = await own.LaunchReadyAsync();
        await using (var person = await Onlooker.AtAsync(await own.WatchAsync(desktop.Id)))
        {
            await own.WaitAsync(
                desktop.Id, now => now is { IdleSince: null, Warning: null }, "the culler to see that somebody looks at it");
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            for (var end = TimeProvider.System.GetUtcNow() + (2 * IdleTimeout); TimeProvider.System.GetUtcNow() < end;)
            {
                Assert.False(person.Closed.IsCompleted, "Nobody looks at it any more.");
                Assert.Null((await own.WaitAsync(desktop.Id, _ => true, "its state")).Warning);
                await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }

        var warned = await own.WaitAsync(desktop.Id, now => now.Warning == "idle", "a warning");
        Assert.True(warned is { State: "ready", ExpiresAt: not null, IdleSince: not null }, $"{warned}");
        using var stay = await own.Http.PostAsync($"desktops/{desktop.Id}/stay", null, TestContext.Current.CancellationToken);
        var stays = await PortalClient.ReadAsync<Desktop>(stay, HttpStatusCode.OK);
        Assert.True(stays.Warning is null && stays.ExpiresAt > warned.ExpiresAt, $"It was asked to stay: {stays}");

        await own.RestartAsync(("IdleTimeout", $"{IdleTimeout}"), ("SaveWarning", "00:00:04"), ("CullInterval", "00:00:00.500"));
        await own.WaitAsync(desktop.Id, now => now.Warning == "idle", "another warning");
        var stopped = await own.WaitAsync(desktop.Id, now => now.IsOver, "its end");
        Assert.Equal("Nobody had used it for 6 seconds. Stopped. Your work was saved.", stopped.Message);
        Assert.Equal(desktop.Id, Assert.Single(await own.SavesAsync()).Desktop);
        await Gone.AssertAsync(system, desktop.Id);
    }
}
