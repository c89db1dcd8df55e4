using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Functional;

public sealed class LaunchTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ALaunchIsFollowedFromTheClickToReady()
    {
        await using var guest = await system.SignInAsGuestAsync();
        using var answer = await guest.PostLaunchAsync("fire-extinguisher");
        var desktop = await PortalClient.ReadAsync<Desktop>(answer, HttpStatusCode.Accepted);
        Assert.Equal($"/api/desktops/{desktop.Id}", new Uri(system.Address, answer.Headers.Location!).AbsolutePath);
        Assert.Equal("fire-extinguisher", desktop.Mesh);

        List<SseItem<string>> events = [];
        await foreach (var item in guest.EventsAsync(desktop.Id, Cancelled))
        {
            events.Add(item);
            if (Desktop.Parse(item).State is "ready" or "failed" or "stopped")
                break;
        }

        Assert.All(events, item => Assert.Equal("desktop", item.EventType));
        var ids = events.Select(item => long.Parse(item.EventId!, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(ids.Distinct().Order(), ids);
        var states = events.Select(Desktop.Parse).ToArray();
        Assert.Equal(states.Select(state => state.Percent).Order(), states.Select(state => state.Percent));
        var ready = states[^1];
        Assert.True(ready.State == "ready", $"It ended as {ready.State}: {ready.Message}");
        Assert.Equal(100, ready.Percent);
        Assert.NotNull(ready.ReadyAt);

        // Who comes late is told at once.
        await using var late = guest.EventsAsync(desktop.Id, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await late.MoveNextAsync());
        Assert.Equal("ready", Desktop.Parse(late.Current).State);

        using var agent = new AgentClient(await system.Engine.DesktopAsync(desktop.Id));
        var status = await agent.StatusAsync();
        Assert.True(status is { Ready: true, MeshDrawn: true, Triangles: > 0 }, $"The portal says ready, the agent {status}");
    }

    [Fact]
    public async Task TheSameLaunchTwiceIsOneDesktop()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var launches = await Task.WhenAll(guest.LaunchAsync("shopping-cart"), guest.LaunchAsync("shopping-cart"));
        Assert.Equal(launches[0].Id, launches[1].Id);
        await guest.WaitReadyAsync(launches[0].Id);
        var only = Assert.Single(await guest.DesktopsAsync(), desktop => !desktop.IsOver);
        Assert.Equal(launches[0].Id, only.Id);
    }

    [Fact]
    public async Task AnIdempotencyKeyNamesALaunch()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var first = await guest.LaunchAsync("shopping-cart", "a key of mine");
        var second = await guest.LaunchAsync("shopping-cart", "a key of mine");
        var other = await guest.LaunchAsync("watering-can", "another key");
        Assert.Equal(first.Id, second.Id);
        Assert.NotEqual(first.Id, other.Id);
    }

    [Fact]
    [Trait("Invariant", "4")]
    public async Task TheFourthDesktopOfOneOwnerIsRefusedInWords()
    {
        await using var guest = await system.SignInAsGuestAsync();
        foreach (var mesh in new[] { "shopping-cart", "fire-extinguisher", "watering-can" })
            await guest.LaunchAsync(mesh);
        var fourth = (await guest.MeshesAsync()).First(mesh => mesh.Id is not ("shopping-cart" or "fire-extinguisher" or "watering-can"));
        using var answer = await guest.PostLaunchAsync(fourth.Id);
        var problem = await PortalClient.ReadProblemAsync(answer, HttpStatusCode.TooManyRequests);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains("3", problem.Detail! + problem.Title, StringComparison.Ordinal);
        Assert.Equal(3, (await guest.DesktopsAsync()).Length);
    }

    [Fact]
    public async Task StoppingLeavesNothing()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");
        var container = await system.Engine.DesktopAsync(desktop.Id);
        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        Assert.NotEmpty(await admin.FindAsync(desktop.Id));

        await guest.StopAsync(desktop.Id);
        await guest.WaitGoneAsync(desktop.Id);
        await Gone.AssertAsync(system, desktop.Id);
        Assert.False(await system.Engine.ExistsAsync(container.ID));
    }

    [Fact]
    [Trait("Invariant", "5")]
    public async Task StoppingWhileItStartsLeavesNothing()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchAsync("watering-can");
        await guest.StopAsync(desktop.Id);
        await guest.WaitGoneAsync(desktop.Id);
        await Gone.AssertAsync(system, desktop.Id);
    }
}
