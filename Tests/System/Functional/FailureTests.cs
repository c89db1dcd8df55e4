using System.Net;
using System.Net.WebSockets;
using Aspire.Hosting.ApplicationModel;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Saving;
using GuacAspire.Tests.EndToEnd.Sharing;

namespace GuacAspire.Tests.EndToEnd.Functional;

/// <summary>Breaks parts of the running system and looks at what is left.</summary>
public sealed class FailureTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Invariant", "1")]
    public async Task AKilledProvisionerLeavesDesktopsRunningAndAdoptsThem()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");
        var container = await system.Engine.DesktopAsync(desktop.Id);
        await using var person = await Onlooker.OpenAsync(system, await guest.TicketAsync(desktop.Id));

        await system.KillProjectAsync("provisioner");
        try
        {
            // Its proxy holds whoever calls meanwhile: he is served late where it is back in time, and else refused.
            using var answer = await guest.PostLaunchAsync("shopping-cart");
            if (answer.StatusCode == HttpStatusCode.Accepted)
            {
                await guest.StopAsync((await PortalClient.ReadAsync<Desktop>(answer, HttpStatusCode.Accepted)).Id);
            }
            else
            {
                var problem = await PortalClient.ReadProblemAsync(answer, HttpStatusCode.ServiceUnavailable);
                Assert.DoesNotContain("Exception", problem.Detail, StringComparison.Ordinal);
            }

            Assert.True((await system.Engine.InspectAsync(container.ID)).State.Running, "The desktop went with the Provisioner.");
        }
        finally
        {
            await system.AwaitReturnAsync("provisioner");
        }

        var adopted = await Eventually.GetAsync(
            async () =>
            {
                using var answer = await guest.GetDesktopAsync(desktop.Id);
                return answer.IsSuccessStatusCode ? await PortalClient.ReadAsync<Desktop>(answer, HttpStatusCode.OK) : null;
            },
            found => found is not null, "the desktop to be known again");
        Assert.Equal("ready", adopted!.State);
        Assert.Equal("watering-can", adopted.Mesh);
        using (var agent = new AgentClient(container))
            await Edit.DuplicateAsync(person, agent);
        await guest.StopAsync(desktop.Id);
        await guest.WaitGoneAsync(desktop.Id);
        await Gone.AssertAsync(system, desktop.Id);
    }

    [Fact]
    public async Task GuacdComesBackWhenItCrashesAndTheTunnelOpensAgain()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");
        await using (var tunnel = await Tunnel.OpenAsync(system, await guest.TicketAsync(desktop.Id)))
        {
            await tunnel.ReadUntilAsync("sync");
            await system.Engine.CrashAsync(system.Property("guacd", "container.id"));
            await foreach (var instruction in tunnel.ReadAsync())
                Assert.NotEqual("disconnect", instruction[0]);
            Assert.NotNull(tunnel.CloseStatus);
        }

        await SeesAsync(guest, desktop.Id);
        using var agent = new AgentClient(await system.Engine.DesktopAsync(desktop.Id));
        Assert.True((await agent.StatusAsync()).MeshDrawn);
    }

    [Fact]
    public async Task AGuacdThatIsReplacedIsLetInAtOnce()
    {
        // The next look of its own is a day away.
        await using var own = await new OwnProvisioner(system, ("ReconcileInterval", "1.00:00:00")).StartAsync();
        var desktop = await own.LaunchReadyAsync();
        var before = system.Property("guacd", "container.id");

        var restarted = await system.App.ResourceCommands.ExecuteCommandAsync("guacd", KnownResourceCommands.RestartCommand, Cancelled);
        Assert.True(restarted.Success, restarted.Message);
        await system.AwaitReturnAsync("guacd");
        Assert.NotEqual(before, system.Property("guacd", "container.id"));
        await Eventually.GetAsync(
            () => system.Engine.NetworkAsync($"guacaspire-{desktop.Id}"),
            network => network.Containers.ContainsKey(system.Property("guacd", "container.id")),
            "guacd to be in the desktop's network");
    }

    [Fact]
    public async Task DesktopsOutliveCrashesOfTheDatabaseAndOfGuacamole()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");
        var container = await system.Engine.DesktopAsync(desktop.Id);
        await system.Engine.CrashAsync(system.Property("mysql", "container.id"));
        await SeesAsync(guest, desktop.Id);

        await system.KillProjectAsync("guacamole-server");
        await system.AwaitReturnAsync("guacamole-server");
        await SeesAsync(guest, desktop.Id);
        Assert.Equal(container.State.StartedAt, (await system.Engine.DesktopAsync(desktop.Id)).State.StartedAt);
        Assert.Equal("ready", Assert.Single(await guest.DesktopsAsync()).State);
    }

    [Fact]
    public async Task TheFrontDoorComesBackWhenItCrashes()
    {
        await system.Engine.CrashAsync(system.Property("nginx", "container.id"));
        await using var guest = await Eventually.GetAsync(
            async () =>
            {
                try
                {
                    return await system.SignInAsGuestAsync();
                }
                catch (HttpRequestException)
                {
                    return null;
                }
            },
            found => found is not null, "the front door to open again");
    }

    [Fact]
    public async Task WhatEndsWithoutAFailureAsWithItsEngineIsStartedAgain()
    {
        var before = system.Property("nginx", "container.id");
        await system.Engine.StopAsync(before);
        await system.App.ResourceNotifications.WaitForResourceAsync(
            "nginx", change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text), Cancelled);
        await system.AwaitReturnAsync("nginx");
        Assert.NotEqual(before, system.Property("nginx", "container.id"));
        await using var guest = await system.SignInAsGuestAsync();
    }

    [Fact]
    public async Task WhatSomebodyHasStoppedStaysStopped()
    {
        var notifications = system.App.ResourceNotifications;
        await CommandAsync(KnownResourceCommands.StopCommand);
        try
        {
            var stopped = await notifications.WaitForResourceAsync("portal", change => IsDown(change.Snapshot), Cancelled);
            // Longer than what has failed would have to wait.
            await Task.Delay(TimeSpan.FromSeconds(2), Cancelled);
            Assert.True(notifications.TryGetCurrentState(stopped.ResourceId, out var now));
            Assert.True(IsDown(now.Snapshot), $"It is {now.Snapshot.State?.Text}.");
        }
        finally
        {
            await CommandAsync(KnownResourceCommands.StartCommand);
            await system.AwaitReturnAsync("portal");
        }

        static bool IsDown(CustomResourceSnapshot portal) => KnownResourceStates.TerminalStates.Contains(portal.State?.Text);

        async Task CommandAsync(string command) =>
            Assert.True((await system.App.ResourceCommands.ExecuteCommandAsync("portal", command, Cancelled)).Success);
    }

    [Fact]
    public async Task ADesktopThatDiesIsSaidToHaveFailedAndIsCleanedUp()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchReadyAsync("watering-can");
        var container = await system.Engine.DesktopAsync(desktop.Id);
        await system.Engine.KillAsync(container.ID);
        await guest.WaitGoneAsync(desktop.Id);
        await Gone.AssertAsync(system, desktop.Id);
    }

    [Theory]
    [InlineData("POST", "/api/desktops", "{\"mesh\":", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/api/desktops", "{}", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/api/desktops", "{\"mesh\":\"../../etc/passwd\"}", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/desktops/unknown", null, HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/desktops/unknown/ticket", null, HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/desktops/unknown", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/nothing", null, HttpStatusCode.NotFound)]
    [InlineData("PUT", "/api/desktops", null, HttpStatusCode.MethodNotAllowed)]
    public async Task NonsenseIsRefusedInWords(string method, string path, string? body, HttpStatusCode expected)
    {
        await using var guest = await system.SignInAsGuestAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await guest.Http.SendAsync(request, Cancelled);
        await PortalClient.ReadProblemAsync(answer, expected);
    }

    [Fact]
    public async Task ATicketIsForAReadyDesktopOnly()
    {
        await using var guest = await system.SignInAsGuestAsync();
        var desktop = await guest.LaunchAsync("watering-can");
        using var answer = await guest.Http.PostAsync($"/api/desktops/{desktop.Id}/ticket", null, Cancelled);
        await PortalClient.ReadProblemAsync(answer, HttpStatusCode.Conflict);
    }

    /// <summary>Waits until somebody who comes back sees the desktop again.</summary>
    private Task SeesAsync(PortalClient guest, string desktop) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await guest.Http.PostAsync($"/api/desktops/{desktop}/ticket", null, Cancelled);
            if (!answer.IsSuccessStatusCode)
                return false;
            try
            {
                await using var tunnel = await Tunnel.OpenAsync(system, await PortalClient.ReadAsync<Ticket>(answer, HttpStatusCode.OK));
                return await tunnel.ReadAsync().AnyAsync(instruction => instruction[0] == "img", Cancelled);
            }
            catch (WebSocketException)
            {
                return false;
            }
        },
        "a picture after the restart",
        AtMost.Minutes(1));
}
