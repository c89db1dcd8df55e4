using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Crashes;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Invariants;

/// <summary>
/// What is true of a desktop's life whatever happens, on a real engine and a real Guacamole. Each has a number; docs/lifecycle.md says
/// which, and <c>-trait Invariant=6</c> runs the tests of one.
/// </summary>
public sealed class InvariantTests(RunningSystem system, Household household) : IClassFixture<Household>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private OwnProvisioner Provisioner => household.Provisioner;

    [Fact]
    [Trait("Invariant", "1")]
    public async Task WhatDiedWhileNobodyLookedIsReportedAndItsRouteIsGone()
    {
        var dead = household.Desktops[Household.Dead];
        await Provisioner.KillAsync();
        await system.Engine.KillAsync((await system.Engine.DesktopAsync(dead.Id)).ID);
        await Provisioner.StartAsync();
        var failed = await Provisioner.WaitForAsync(dead.Id, "failed");
        Assert.Equal("Blender was killed from outside. Nothing had been saved.", failed.Message);
        await Gone.AssertAsync(system, dead.Id);
        Assert.Equal("ready", (await Provisioner.FindAsync(household.Desktops[Household.Lost].Id))!.State);
    }

    [Fact]
    [Trait("Invariant", "2")]
    public async Task AStopIsAcceptedAgainWhileItGoesOnAndIsNotFoundWhenItIsOver()
    {
        var before = (await Provisioner.LimitsAsync()).Running;
        var desktop = await Provisioner.AdmitAsync("impatient");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => Provisioner.Http.DeleteAsync($"/desktops/{desktop.Id}", Cancelled)));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Accepted);
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Accepted, HttpStatusCode.NotFound }));
        await Provisioner.WaitForAsync(desktop.Id, "stopped");
        using var late = await Provisioner.Http.DeleteAsync($"/desktops/{desktop.Id}", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
        Assert.Equal(before, (await Provisioner.LimitsAsync()).Running);
        await Gone.AssertAsync(system, desktop.Id);
    }

    [Fact]
    [Trait("Invariant", "3")]
    public async Task ALaunchThatDiesUnderwayFailsInWordsAndItsWreckIsNeverUsed()
    {
        var held = Provisioner.Wire.Hold("wrecked", Step.Start);
        var desktop = await Provisioner.AdmitAsync("wrecked");
        await held.WaitAsync(AtMost.Minutes(1), Cancelled);
        await system.Engine.KillAsync((await system.Engine.DesktopAsync(desktop.Id)).ID);
        Provisioner.Wire.LetGo();
        var failed = await Provisioner.WaitForAsync(desktop.Id, "failed");
        Assert.Equal("Blender was killed from outside.", failed.Message);
        await Gone.AssertAsync(system, desktop.Id);

        var next = await Provisioner.AdmitAsync("wrecked");
        Assert.NotEqual(desktop.Id, next.Id);
        await Provisioner.StopAsync(next.Id);
        await Provisioner.WaitForAsync(next.Id, "stopped");
    }

    [Fact]
    [Trait("Invariant", "3")]
    public async Task ALaunchThatNeverGetsReadyEnds()
    {
        // Time enough to make the container, which is not what is waited for in vain.
        var within = Math.Round(AtMost.Seconds(8).TotalSeconds);
        await using var hasty = await OwnProvisioner.StartAsync(system, ("LaunchTimeout", $"{TimeSpan.FromSeconds(within)}"));
        var held = hasty.Wire.Hold("sleeper", Step.Start);
        var desktop = await hasty.AdmitAsync("sleeper");
        await held.WaitAsync(AtMost.Minutes(1), Cancelled);
        await system.Engine.PauseAsync((await system.Engine.DesktopAsync(desktop.Id)).ID);
        hasty.Wire.LetGo();
        var failed = await hasty.WaitForAsync(desktop.Id, "failed");
        Assert.StartsWith($"It was not ready after {within} seconds (step: start).", failed.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await hasty.LimitsAsync()).Running);
        await Gone.AssertAsync(system, desktop.Id);
    }

    [Fact]
    [Trait("Invariant", "4")]
    public async Task OfTenAtOnceEachGetsADesktopOrIsToldWhyNotAndAFreedPlaceCanBeUsed()
    {
        await using var small = await OwnProvisioner.StartAsync(system, ("Max", "2"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => small.PostLaunchAsync($"guest{number}")));
        var refused = answers.Where(answer => !answer.IsSuccessStatusCode).ToArray();
        Assert.Equal(8, refused.Length);
        foreach (var answer in refused)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
            Assert.Equal(("total", 0), (problem["limit"]!.GetValue<string>(), problem["available"]!.GetValue<int>()));
            Assert.True(problem["memoryAvailable"]!.GetValue<long>() > 0);
            Assert.True(problem["coresAvailable"]!.GetValue<double>() > 0);
            Assert.StartsWith(
                "All 2 desktops are in use. Try again in about", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        var desktops = await small.DesktopsAsync();
        await small.WaitReadyAsync([.. desktops.Select(desktop => desktop.Owner)]);
        await small.StopAsync(desktops[0].Id);
        await small.WaitForAsync(desktops[0].Id, "stopped");
        Assert.Equal(1, (await small.LimitsAsync()).Available);
        await small.AdmitAsync("late");
    }

    [Fact]
    [Trait("Invariant", "5")]
    public async Task ASecondLaunchWhileOneIsPendingIsTheFirstAndAStopEndsIt()
    {
        var launches = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Provisioner.AdmitAsync("twice")));
        var id = Assert.Single(launches.Select(desktop => desktop.Id).Distinct());
        Assert.Single(await Provisioner.DesktopsAsync(), desktop => desktop.Owner == "twice");
        await Provisioner.StopAsync(id);
        await Provisioner.StopAsync(id);
        Assert.Equal("Stopped before it was ready.", (await Provisioner.WaitForAsync(id, "stopped")).Message);
        await Gone.AssertAsync(system, id);
    }

    [Fact]
    [Trait("Invariant", "6")]
    public async Task WhatIsDeletedInGuacamoleBehindOurBackIsRestored()
    {
        var id = household.Desktops[Household.Lost].Id;
        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        var before = (await admin.ConnectionNamesAsync()).Order().ToArray();
        foreach (var spoil in new Func<Task<bool>>[] { () => admin.DeleteConnectionAsync(id), () => admin.DeleteUserAsync($"desktop-{id}"), () => admin.RevokeAsync($"desktop-{id}", id) })
        {
            Assert.True(await spoil());
            await Eventually.GetAsync(
                async () => (await admin.UserNamesAsync()).Contains($"desktop-{id}") ? await admin.ConnectionsOfAsync($"desktop-{id}") : [],
                connections => connections.SequenceEqual([id]),
                "the desktop's user to see its connection again");
            Assert.Equal(before, (await admin.ConnectionNamesAsync()).Order());
            Assert.Equal("ready", (await Provisioner.FindAsync(id))!.State);
        }

        using var ticket = await Provisioner.Http.PostAsync($"/desktops/{id}/ticket", null, Cancelled);
        Assert.Equal(HttpStatusCode.OK, ticket.StatusCode);
    }

    [Fact]
    [Trait("Invariant", "7")]
    public async Task NamesNeverCollide()
    {
        string[] owners = ["user--foo", "user", "foo", "Üñî ©ödé/../漢字"];
        var desktops = await Task.WhenAll(owners.Select(owner => Provisioner.AdmitAsync(owner)));
        Assert.Equal(owners.Length, desktops.Select(desktop => desktop.Id).Distinct().Count());
        foreach (var (owner, desktop) in owners.Zip(desktops))
        {
            var own = await Provisioner.Http.GetFromJsonAsync<OwnedDesktop[]>($"/desktops?owner={Uri.EscapeDataString(owner)}", Cancelled);
            Assert.Equal(desktop.Id, Assert.Single(own!).Id);
            await Provisioner.StopAsync(desktop.Id);
            await Provisioner.WaitForAsync(desktop.Id, "stopped");
        }
    }

    [Fact]
    [Trait("Invariant", "11")]
    public async Task AGuacamoleThatRefusesNeverKeepsADesktopFromGoing()
    {
        var id = household.Desktops[Household.Stuck].Id;
        foreach (var step in new[] { Step.ConnectionGone, Step.UserGone })
            Provisioner.Wire.Refuse(Household.Stuck, step);
        await Provisioner.StopAsync(id);
        await Provisioner.WaitForAsync(id, "stopped");
        Assert.Empty(await system.Engine.FindAsync(Engine.DesktopLabel(id)));
        Provisioner.Wire.LetGo();
        await Gone.AssertAsync(system, id);
    }

    /// <summary>No invariant of JupyterHub's, but of ours.</summary>
    [Theory]
    [InlineData("true", "Blender had ended. It is back, with what it had kept by itself: the last changes may be missing.")]
    [InlineData("rm -f ~/*.blend; find /tmp -name '*.blend' -delete", "Blender had ended. It is back, with the mesh as it was at first.")]
    public async Task ABlenderThatCrashesComesBackWithWhatItHadOpen(string before, string told)
    {
        var id = household.Desktops[Household.Lost].Id;
        var container = await system.Engine.DesktopAsync(id);
        using var agent = new AgentClient(container);
        var triangles = (await agent.StatusAsync()).Triangles;
        const string Crash = "for p in /proc/[0-9]*; do grep -qzx blender $p/cmdline && kill -9 ${p#/proc/}; done";
        await system.Engine.RunInsideAsync(container.ID, "bash", "-c", $"{before}; {Crash}");
        await Eventually.GetAsync(
            async () =>
            {
                try
                {
                    return await agent.StatusAsync();
                }
                catch (HttpRequestException)
                {
                    return null;
                }
            },
            status => status is { MeshDrawn: true } && status.Triangles == triangles,
            "Blender to show the mesh again",
            AtMost.Minutes(1));
        Assert.Equal("ready", (await Provisioner.FindAsync(id))!.State);
        await Eventually.GetAsync(
            async () => (await Provisioner.FindAsync(id))!.Message, message => message == told, "its owner to be told");
    }
}
