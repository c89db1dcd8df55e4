using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Functional;

/// <summary>Desktops that stand ready before anybody asks, on the real engine.</summary>
public sealed class PoolTests(RunningSystem system)
{
    private const string PoolLabel = "guacaspire.pool";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ALaunchTakesADesktopThatStandsReady()
    {
        await using var guest = await system.SignInAsGuestAsync();
        await FilledAsync(guest);
        var desktop = await guest.LaunchReadyAsync("fire-extinguisher");
        var container = await system.Engine.DesktopAsync(desktop.Id);
        Assert.Contains(PoolLabel, container.Config.Labels.Keys);
        Assert.True(container.HostConfig.CPUShares >= 1024, "Somebody's Blender still stands behind all others.");
        using var agent = new AgentClient(container);
        var status = await agent.StatusAsync();
        Assert.True(status is { MeshDrawn: true, Mesh: "fire-extinguisher.glb" }, $"The desktop is not the guest's: {status}");
    }

    [Fact]
    [Trait("Invariant", "12")]
    public async Task OfManyWhoLaunchAtOnceNoTwoGetTheSameDesktop()
    {
        var guests = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => system.SignInAsGuestAsync()));
        try
        {
            await FilledAsync(guests[0]);
            var desktops = await Task.WhenAll(guests.Select(guest => guest.LaunchReadyAsync("watering-can")));
            Assert.Equal(guests.Length, desktops.Select(desktop => desktop.Id).Distinct().Count());
            foreach (var (guest, desktop) in guests.Zip(desktops))
                Assert.Equal(desktop.Id, Assert.Single(await guest.DesktopsAsync()).Id);
        }
        finally
        {
            foreach (var guest in guests)
                await guest.DisposeAsync();
        }
    }

    [Fact]
    public async Task TheNextProvisionerTakesThePoolUp()
    {
        await using var guest = await system.SignInAsGuestAsync();
        await FilledAsync(guest);
        await system.KillProjectAsync("provisioner");
        await system.AwaitReturnAsync("provisioner");
        await FilledAsync(guest);
        var desktop = await guest.LaunchReadyAsync("watering-can");
        Assert.Contains(PoolLabel, (await system.Engine.DesktopAsync(desktop.Id)).Config.Labels.Keys);
    }

    [Fact]
    public async Task TenLaunchesAndStopsLeaveNothing()
    {
        await using var guest = await system.SignInAsGuestAsync();
        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        var (connections, users) = (await admin.ConnectionNamesAsync(), await admin.UserNamesAsync());
        List<string> viewers = [];
        for (var cycle = 0; cycle < 10; cycle++)
        {
            var desktop = await guest.LaunchReadyAsync("watering-can");
            var address = AgentClient.AddressOf(await system.Engine.DesktopAsync(desktop.Id));
            await using var tunnel = await Tunnel.OpenAsync(system, await guest.TicketAsync(desktop.Id));
            await tunnel.ReadUntilAsync("sync");
            viewers.Add(Assert.Single(await ViewersAsync(address)));
            await guest.StopAsync(desktop.Id);
            await guest.WaitGoneAsync(desktop.Id);
            await Gone.AssertAsync(system, desktop.Id);
        }

        // What was there before may be going meanwhile: other tests' desktops do.
        Assert.Empty((await admin.ConnectionNamesAsync()).Except(connections));
        Assert.Empty((await admin.UserNamesAsync()).Except(users));
        await Eventually.GetAsync(
            () => InGuacdAsync($"for process in {string.Join(' ', viewers)}; do [ -d /proc/$process ] && echo $process; done"),
            left => left.Length == 0,
            "guacd to end what had shown the desktops");
    }

    /// <summary>guacd's processes that hold a line to the screen at an address.</summary>
    private Task<string[]> ViewersAsync(string address) => InGuacdAsync($$"""
        for inode in $(awk '$3 == "{{Convert.ToHexString([.. IPAddress.Parse(address).GetAddressBytes().Reverse()])}}:170C" { print $10 }' /proc/net/tcp); do
            for process in /proc/[0-9]*; do
                ls -l $process/fd 2>/dev/null | grep -q "socket:\[$inode\]" && echo ${process#/proc/}
            done
        done
        """);

    private async Task<string[]> InGuacdAsync(string script)
    {
        var (_, output) = await system.Engine.RunInsideAsync(system.Property("guacd", "container.id"), "sh", "-c", script);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task FilledAsync(PortalClient guest) => await Eventually.TrueAsync(
        async () => (await guest.Http.GetFromJsonAsync<JsonObject>("/api/limits", Cancelled))!["pool"]!.GetValue<int>() > 0,
        "a desktop to stand ready",
        AtMost.Minutes(2));
}
