using System.Net;
using System.Net.Http.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Saving;
using GuacAspire.Tests.EndToEnd.Sharing;

namespace GuacAspire.Tests.EndToEnd.Crashes;

/// <summary>A real container engine that is restarted, and killed, under a Provisioner and somebody's work.</summary>
public sealed class EngineRestartTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithLiveRestoreADesktopAndItsUnsavedWorkOutliveTheEngine()
    {
        await using var engine = await OwnEngine.StartAsync(system, restoresLive: true);
        // So seldom does it look by itself that what it learns it has from the engine's events.
        await using var own = await OwnProvisioner.StartAsync(
            system, engine, ("ReconcileInterval", "00:10:00"), ("CheckpointInterval", "00:00:00"), ("PoolSize", "2"));
        string[] owners = ["anna", "bert"];
        await Task.WhenAll(owners.Select(owner => own.AdmitAsync(owner)));
        var desktops = (await own.WaitReadyAsync(owners)).ToDictionary(desktop => desktop.Owner, desktop => desktop.Id);
        var id = desktops["anna"];
        var container = await engine.Client.DesktopAsync(id);
        await engine.AssertWallAsync();
        using var agent = new AgentClient(container, engine.Network.Way());
        await using var person = await Onlooker.AtAsync(await WatchAsync(own, engine, id));
        var triangles = await Edit.DuplicateAsync(person, agent);
        var pool = await FilledAsync(own, engine, 2);

        foreach (var signal in new[] { "TERM", "KILL" })
        {
            await engine.EndAsync(signal);
            using (var refused = await own.PostLaunchAsync("carl"))
            {
                var problem = await PortalClient.ReadProblemAsync(refused, HttpStatusCode.ServiceUnavailable);
                Assert.Contains("engine", problem.Title, StringComparison.OrdinalIgnoreCase);
            }

            // Whoever works there does not notice.
            triangles = await Edit.DuplicateAsync(person, agent);
            await engine.StartAsync();
            triangles = await Edit.DuplicateAsync(person, agent);
            Assert.True((await agent.StatusAsync()).Unsaved);
            var now = await engine.Client.DesktopAsync(id);
            Assert.Equal((container.ID, container.State.Pid, container.State.StartedAt), (now.ID, now.State.Pid, now.State.StartedAt));
            await engine.AssertWallAsync();
        }

        await Eventually.GetAsync(
            own.Http.HealthAsync,
            health => health.Contains("Tried from inside: it holds.", StringComparison.Ordinal),
            "the wall to be tried again",
            // An engine that has just begun may refuse the first try, and the next is a minute later.
            AtMost.Minutes(3));
        // Who stood ready still does, also those whose claims there was no engine for, and is given out as if nothing had been.
        Assert.Equal(pool, await FilledAsync(own, engine, 2));
        var carls = (await own.AdmitAsync("carl")).Id;
        await own.WaitForAsync(carls, "ready");
        Assert.Equal(pool[carls], (await engine.Client.DesktopAsync(carls)).State.StartedAt);

        var desktop = (await own.FindAsync(id))!;
        Assert.Equal(("ready", (DateTimeOffset?)null), (desktop.State, desktop.SavedAt));
        using var saved = await own.Http.PostAsync($"/desktops/{id}/save", null, Cancelled);
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        Assert.Equal(id, Assert.Single(await SavesAsync(own, "anna")).Desktop);

        await engine.Client.KillAsync((await engine.Client.DesktopAsync(desktops["bert"])).ID);
        var bert = await own.WaitForAsync(desktops["bert"], "failed");
        Assert.Equal("Blender was killed from outside. Nothing had been saved.", bert.Message);
        await own.StopAsync(id);
        await own.WaitForAsync(id, "stopped");
        foreach (var gone in desktops.Values)
            await Gone.AssertAsync(system, gone, engine.Client);
    }

    [Fact]
    public async Task WithoutLiveRestoreADesktopThatIsLostWithTheEngineIsReportedAndItsLastCheckpointOffered()
    {
        await using var engine = await OwnEngine.StartAsync(system, restoresLive: false);
        await using var own = await OwnProvisioner.StartAsync(
            system, engine, ("ReconcileInterval", "00:00:01"), ("CheckpointInterval", "00:00:02"), ("PoolSize", "1"));
        string? resume = null;
        var triangles = 0L;
        foreach (var signal in new[] { "TERM", "KILL" })
        {
            await LaunchAsync(own, resume);
            var id = Assert.Single(await own.WaitReadyAsync(["anna"]), one => (one.Owner, one.State) == ("anna", "ready")).Id;
            using (var agent = new AgentClient(await engine.Client.DesktopAsync(id), engine.Network.Way()))
            {
                if (resume is not null)
                    Assert.Equal(triangles, (await agent.StatusAsync()).Triangles);
                await using var person = await Onlooker.AtAsync(await WatchAsync(own, engine, id));
                triangles = await Edit.DuplicateAsync(person, agent);
                await Eventually.GetAsync(async () => (await agent.StatusAsync()).Unsaved, unsaved => !unsaved, "a checkpoint to be made");
            }

            var checkpoint = await Eventually.GetAsync(
                async () => (await SavesAsync(own, "anna")).MaxBy(save => save.SavedAt), save => save?.Desktop == id, "the checkpoint");
            var pool = signal == "TERM" ? await FilledAsync(own, engine, 1) : null;
            await engine.EndAsync(signal);
            await engine.StartAsync();
            // At once, when nobody has looked yet who has died.
            if (pool is not null)
                await AssertGivenALivingOneAsync(own, engine, "bert");
            var lost = await own.WaitForAsync(id, "failed");
            Assert.EndsWith($" Your work was last saved at {checkpoint!.SavedAt:u}.", lost.Message, StringComparison.Ordinal);
            TestContext.Current.TestOutputHelper?.WriteLine($"{signal}: {lost.Message}");
            await Gone.AssertAsync(system, id, engine.Client);
            resume = (await SavesAsync(own, "anna")).MaxBy(save => save.SavedAt)!.Id;
            Assert.Equal(checkpoint.Id, resume);
            if (pool is not null)
                Assert.Empty((await FilledAsync(own, engine, 1)).Keys.Intersect(pool.Keys));
        }
    }

    /// <summary>Waits until so many stand ready, and says which.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> FilledAsync(OwnProvisioner own, OwnEngine engine, int size)
    {
        await Eventually.GetAsync(own.PoolAsync, now => now == size, "the pool to be filled", AtMost.Minutes(1));
        var desktops = (await own.DesktopsAsync()).Select(desktop => desktop.Id);
        return (await engine.Client.PoolAsync()).ExceptBy(desktops, one => one.Key).ToDictionary();
    }

    /// <summary>Somebody launches, and gets a desktop whose Blender shows the mesh.</summary>
    private static async Task AssertGivenALivingOneAsync(OwnProvisioner own, OwnEngine engine, string owner)
    {
        var id = (await own.AdmitAsync(owner)).Id;
        await own.WaitForAsync(id, "ready");
        using var agent = new AgentClient(await engine.Client.DesktopAsync(id), engine.Network.Way());
        Assert.True((await agent.StatusAsync()).MeshDrawn);
    }

    private static async Task<Save[]> SavesAsync(OwnProvisioner own, string owner) =>
        (await own.Http.GetFromJsonAsync<Save[]>($"/saves?owner={owner}", Cancelled))!;

    private static async Task LaunchAsync(OwnProvisioner own, string? resume)
    {
        if (resume is null)
        {
            await own.AdmitAsync("anna");
            return;
        }

        using var form = new MultipartFormDataContent
        {
            { JsonContent.Create(new { owner = "anna", mesh = "watering-can", fileName = "watering-can.obj", resume }), "launch" },
        };
        using var answer = await own.Http.PostAsync("/desktops", form, Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    /// <summary>Opens a tunnel at the system's own Gateway, to the guacd that is where the desktop is.</summary>
    private async Task<Tunnel> WatchAsync(OwnProvisioner own, OwnEngine engine, string id)
    {
        await using (var admin = await GuacamoleAdmin.SignInAsync(system))
            await admin.ServeByAsync(id, "127.0.0.1", engine.Guacd.Port);
        using var answer = await own.Http.PostAsync($"/desktops/{id}/ticket", null, Cancelled);
        var ticket = await PortalClient.ReadAsync<Ticket>(answer, HttpStatusCode.OK);
        system.Secrets.Keep("a ticket's token", ticket.Token);
        return await Tunnel.OpenAsync(new Uri(system.Address, "guacamole/"), ticket.Token, ticket.DataSource, ticket.Connection);
    }
}
