using System.Net;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Sharing;

namespace GuacAspire.Tests.EndToEnd.Saving;

/// <summary>An operator empties a machine, and nobody loses anything.</summary>
public sealed class DrainTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ADrainSavesAndRemovesEverythingStaysOverARestartAndRefusesLaunchesInWords()
    {
        await using var own = new OwnProvisioner(system, ("CheckpointInterval", "00:00:00"), ("PoolSize", "1"));
        await own.StartAsync();
        var desktop = await own.LaunchReadyAsync();
        long triangles;
        using (var agent = new AgentClient(await system.Engine.DesktopAsync(desktop.Id)))
        await using (var person = await Onlooker.AtAsync(await own.WatchAsync(desktop.Id)))
            triangles = await Edit.DuplicateAsync(person, agent);
        Assert.Empty(await own.SavesAsync());

        var begun = await SendAsync(own, HttpMethod.Post, "drain?within=3600", HttpStatusCode.Accepted);
        Assert.Equal(("draining", 1), (begun.State, begun.Left));
        using var stay = await own.Http.PostAsync($"desktops/{desktop.Id}/stay", null, Cancelled);
        var stays = await PortalClient.ReadAsync<Desktop>(stay, HttpStatusCode.OK);
        Assert.Equal(("drain", begun.Until), (stays.Warning, stays.ExpiresAt));
        await SendAsync(own, HttpMethod.Post, "drain?within=0", HttpStatusCode.Accepted);
        var stopped = await own.WaitAsync(desktop.Id, now => now.IsOver, "its end");
        Assert.Equal("This system is being emptied. Stopped. Your work was saved.", stopped.Message);
        await Eventually.GetAsync(
            () => SendAsync(own, HttpMethod.Get, "drain"), now => now is { State: "drained", Left: 0, Pool: 0 }, "nothing to be left",
            AtMost.Seconds(60));
        await Gone.AssertAsync(system, desktop.Id);
        Assert.Empty(await own.RemainsAsync());
        var save = Assert.Single(await own.SavesAsync());
        Assert.Equal((desktop.Id, false), (save.Desktop, save.Checkpoint));

        await own.KillAsync();
        await own.StartAsync();
        using var refused = await own.LaunchAsync(save.Id);
        var problem = await PortalClient.ReadProblemAsync(refused, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(("draining", 0), (problem.Limit, problem.Available));
        Assert.True(problem.RetryAfterSeconds > 0 && problem.Detail!.Contains("is being emptied", StringComparison.Ordinal), $"{problem}");

        Assert.Equal("off", (await SendAsync(own, HttpMethod.Delete, "drain")).State);
        var resumed = await own.LaunchReadyAsync(resume: save.Id);
        using var reopened = new AgentClient(await system.Engine.DesktopAsync(resumed.Id));
        Assert.Equal(triangles, (await reopened.StatusAsync()).Triangles);
    }

    private static async Task<Drain> SendAsync(
        OwnProvisioner own, HttpMethod method, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(method, path);
        using var answer = await own.Http.SendAsync(request, Cancelled);
        return await PortalClient.ReadAsync<Drain>(answer, expected);
    }

    private sealed record Drain(string State, DateTimeOffset? Until, int Left, int Pool);
}
