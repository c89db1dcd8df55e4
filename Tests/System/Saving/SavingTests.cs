using System.Net;
using System.Net.Http.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Sharing;

namespace GuacAspire.Tests.EndToEnd.Saving;

/// <summary>Nothing that somebody has done in Blender is lost, whatever happens.</summary>
public sealed class SavingTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Invariant 13.</summary>
    [Fact]
    public async Task SaveBeforeStopIsProvenByReopeningTheFile()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");
        long triangles;
        using (var agent = new AgentClient(await system.Engine.DesktopAsync(desktop.Id)))
        await using (var person = await Onlooker.OpenAsync(system, await guest.TicketAsync(desktop.Id)))
            triangles = await Edit.DuplicateAsync(person, agent);
        await guest.StopAsync(desktop.Id);
        await guest.WaitGoneAsync(desktop.Id);

        var save = Assert.Single((await guest.Http.GetFromJsonAsync<Save[]>("/api/saves", Cancelled))!);
        Assert.Equal((desktop.Id, "watering-can", false), (save.Desktop, save.Mesh, save.Checkpoint));
        var file = await guest.Http.GetByteArrayAsync($"/api/saves/{save.Id}/file", Cancelled);
        Assert.Equal(save.Bytes, file.Length);

        using var answer = await guest.Http.PostAsJsonAsync("/api/desktops", new { mesh = "watering-can", resume = "latest" }, Cancelled);
        var resumed = await PortalClient.ReadAsync<Desktop>(answer, HttpStatusCode.Accepted);
        await guest.WaitReadyAsync(resumed.Id);
        using var reopened = new AgentClient(await system.Engine.DesktopAsync(resumed.Id));
        var status = await reopened.StatusAsync();
        Assert.True(status is { MeshDrawn: true, Unsaved: false } && status.Triangles == triangles,
            $"What was saved is not what was there: {status}");
        await NobodyElseHasItAsync(save);

        var pictured = await Eventually.GetAsync(
            async () => Assert.Single((await guest.Http.GetFromJsonAsync<Save[]>("/api/saves", Cancelled))!),
            one => one.Thumbnail is not null, "the work's picture");
        var picture = Browser.Picture.Decode(await guest.Http.GetByteArrayAsync(pictured.Thumbnail, Cancelled));
        Assert.Equal((480, 360), (picture.Width, picture.Height));
    }

    [Fact]
    public async Task WorkIsSavedByItselfAndSurvivesAKilledProvisionerAndABlenderThatHangs()
    {
        await using var own = new OwnProvisioner(system, ("CheckpointInterval", "00:00:02"), ("SaveTimeout", "00:00:05"));
        await own.StartAsync();
        var desktop = await own.LaunchReadyAsync();
        var container = await system.Engine.DesktopAsync(desktop.Id);
        long triangles;
        Save checkpoint, last;
        using (var agent = new AgentClient(container))
        await using (var person = await Onlooker.AtAsync(await own.WatchAsync(desktop.Id)))
        {
            await Edit.DuplicateAsync(person, agent);
            checkpoint = await SavedByItselfAsync(own, agent);
            triangles = await Edit.DuplicateAsync(person, agent);
            last = await SavedByItselfAsync(own, agent);
            Assert.True(last.SavedAt > checkpoint.SavedAt, $"{last} is not newer than {checkpoint}");
        }

        await own.KillAsync();
        await own.StartAsync();
        // It may have saved once more by then: it does not know how the last save ended.
        var adopted = await own.WaitAsync(desktop.Id, now => now.State == "ready", "the desktop to be adopted");
        Assert.True(adopted.SavedAt >= last.SavedAt, $"Of {last} nobody knows any more: {adopted}");

        var (exitCode, output) = await system.Engine.RunInsideAsync(
            container.ID, "bash", "-c", "for p in /proc/[0-9]*; do [ \"$(cat $p/comm)\" != blender ] || kill -STOP ${p#/proc/}; done");
        Assert.True(exitCode == 0, output);
        await own.StopAsync(desktop.Id);
        var stopped = await own.WaitAsync(desktop.Id, now => now.IsOver, "the desktop to be stopped");
        Assert.StartsWith(
            "Stopped, but the last changes could not be saved: Blender did not save within 5 seconds. The last save", stopped.Message,
            StringComparison.Ordinal);

        // Whoever picks the first one, from a list that has grown old, gets what replaced it.
        var resumed = await own.LaunchReadyAsync(resume: checkpoint.Id);
        Assert.Equal(
            $"What you picked had been replaced by a newer save of the same desktop, of {stopped.SavedAt:u}. The newer one was opened.",
            resumed.Notice);
        using var reopened = new AgentClient(await system.Engine.DesktopAsync(resumed.Id));
        Assert.Equal(triangles, (await reopened.StatusAsync()).Triangles);
    }

    [Fact]
    public async Task AFullDiskIsSaidInWordsAndKeepsTheDesktop()
    {
        await using var own = new OwnProvisioner(system, ("CheckpointInterval", "00:00:00")) { HasSmallDisk = true };
        await own.StartAsync();
        var desktop = await own.LaunchReadyAsync();
        using var saved = await own.Http.PostAsync($"desktops/{desktop.Id}/save", null, Cancelled);
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        var earlier = Assert.Single(await own.SavesAsync());
        var filler = Path.Combine(own.Store, "filler");
        await Assert.ThrowsAsync<IOException>(() => File.WriteAllBytesAsync(filler, new byte[16 << 20], Cancelled));

        using var refused = await own.Http.PostAsync($"desktops/{desktop.Id}/save", null, Cancelled);
        Assert.Contains(
            "disk", (await PortalClient.ReadProblemAsync(refused, HttpStatusCode.InsufficientStorage)).Title, StringComparison.Ordinal);
        await own.StopAsync(desktop.Id);
        var kept = await own.WaitAsync(
            desktop.Id, now => now.State == "ready" && now.Message!.StartsWith("Not stopped", StringComparison.Ordinal), "it to be kept");
        Assert.Contains("full", kept.SaveFault, StringComparison.Ordinal);
        Assert.Equal(earlier, Assert.Single(await own.SavesAsync()));

        File.Delete(filler);
        await own.StopAsync(desktop.Id);
        var stopped = await own.WaitAsync(desktop.Id, now => now.IsOver, "the desktop to be stopped");
        Assert.Equal("Stopped. Your work was saved.", stopped.Message);
        Assert.Equal(2, (await own.SavesAsync()).Length);
    }

    /// <summary>Waits until nothing is unsaved, and gives the one checkpoint that holds it all.</summary>
    private static async Task<Save> SavedByItselfAsync(OwnProvisioner own, AgentClient agent)
    {
        Save? save = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var isUnsaved = (await agent.StatusAsync()).Unsaved;
                var before = save;
                // For a moment the next one stands beside the one that it replaces.
                save = await own.SavesAsync() is [var only] ? only : null;
                return !isUnsaved && save is not null && save == before;
            },
            "the work to be saved by itself");
        Assert.True(save!.Checkpoint);
        return save;
    }

    private async Task NobodyElseHasItAsync(Save save)
    {
        await using var stranger = await system.SignInAsGuestAsync();
        Assert.Empty((await stranger.Http.GetFromJsonAsync<Save[]>("/api/saves", Cancelled))!);
        using var download = await stranger.Http.GetAsync($"/api/saves/{save.Id}/file", Cancelled);
        await PortalClient.ReadProblemAsync(download, HttpStatusCode.NotFound);
        using var removal = await stranger.Http.DeleteAsync($"/api/saves/{save.Id}", Cancelled);
        await PortalClient.ReadProblemAsync(removal, HttpStatusCode.NotFound);
        using var launch = await stranger.Http.PostAsJsonAsync("/api/desktops", new { mesh = "watering-can", resume = save.Id }, Cancelled);
        await PortalClient.ReadProblemAsync(launch, HttpStatusCode.NotFound);
    }
}
