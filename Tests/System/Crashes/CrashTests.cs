using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Crashes;

/// <summary>
/// Kills the Provisioner between any two steps of what it does. Many desktops are brought to as many points, and there one kill hits
/// them all; the next process has to finish or to undo each, and to leave alone what is not its own.
/// </summary>
[Trait("Invariant", "10")]
public sealed class CrashTests(RunningSystem system)
{
    // For a machine that has much else to do.
    private static TimeSpan Patience => AtMost.Minutes(4);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ALaunchThatDiesAnywhereIsFinishedAndAStopThatDiesAnywhereToo()
    {
        await using var provisioner = await OwnProvisioner.StartAsync(system, ("LaunchTimeout", "00:05:00"));
        await using var strangers = await Strangers.MoveInAsync(system, provisioner.Instance);
        var wire = provisioner.Wire;

        // One waits for another to have its network, so that one comes last.
        string[] owners = ["opened", Step.Claim, Step.Guacd, Step.Container, Step.Start, Step.Connection, Step.User, Step.Grant,
            Step.Network];
        List<Task> held = [];
        foreach (var owner in owners)
        {
            if (owner == Step.Network)
                await wire.Hold(Step.Container, Step.Container).WaitAsync(Patience, Cancelled);
            held.Add(owner == "opened" ? wire.Hold(owner, Step.Connection, isMade: false) : wire.Hold(owner, owner));
            _ = provisioner.LaunchAsync(owner);
        }

        await Task.WhenAll(held).WaitAsync(Patience, Cancelled);
        await provisioner.KillAsync();
        await provisioner.StartAsync();
        var desktops = await provisioner.WaitReadyAsync(owners);
        await AssertWholeAsync(provisioner, desktops);
        await strangers.AssertUntouchedAsync();

        (string Owner, string Step, bool IsMade)[] ends =
        [
            ("opened", Step.End, true),
            (Step.Claim, Step.ContainerGone, false),
            (Step.Guacd, Step.ContainerGone, true),
            (Step.Container, Step.GuacdGone, true),
            (Step.Start, Step.NetworkGone, true),
            (Step.Connection, Step.ClaimGone, true),
            (Step.User, Step.ConnectionGone, true),
            (Step.Grant, Step.UserGone, true),
        ];
        var holds = ends.Select(end => wire.Hold(end.Owner, end.Step, end.IsMade)).ToArray();
        foreach (var desktop in desktops.Where(desktop => desktop.Owner != Step.Network))
            _ = provisioner.StopAsync(desktop.Id);
        await Task.WhenAll(holds).WaitAsync(Patience, Cancelled);
        await provisioner.KillAsync();
        await provisioner.StartAsync();
        // The one that nobody wanted gone lives on.
        var alive = Assert.Single(await provisioner.WaitReadyAsync([Step.Network]), desktop => desktop.State == "ready");
        await provisioner.StopAsync(alive.Id);
        await AssertNothingIsLeftAsync(provisioner, desktops);
        Assert.Equal(desktops.Length, provisioner.SavedFiles().Select(file => file.Directory!.FullName).Distinct().Count());
        await strangers.AssertUntouchedAsync();
    }

    [Fact]
    public async Task AFillingOfThePoolThatDiesAnywhereLeavesNothingHalfMadeAndAClaimThatDiesAnywhereIsFinished()
    {
        await using var provisioner = await OwnProvisioner.PrepareAsync(system, ("PoolSize", "1"), ("LaunchTimeout", "00:05:00"));
        await using var strangers = await Strangers.MoveInAsync(system, provisioner.Instance);
        var wire = provisioner.Wire;
        foreach (var step in new[] { Step.Network, Step.Guacd, Step.Container, Step.Start, Step.Raise })
        {
            var held = wire.Hold(Wire.Pool, step);
            await provisioner.StartAsync();
            await held.WaitAsync(Patience, Cancelled);
            await provisioner.KillAsync();
        }

        // The last one died when its desktop was as good as ready, so that one is taken up.
        provisioner.Set("PoolSize", "2");
        await provisioner.StartAsync();
        await Eventually.GetAsync(provisioner.PoolAsync, pool => pool == 2, "two desktops to stand ready", Patience);
        Assert.Equal(4, (await OwnRemainsAsync(provisioner)).Length);

        string[] owners = [Step.Claim, Step.User];
        var holds = owners.Select(owner => wire.Hold(owner, owner)).ToArray();
        foreach (var owner in owners)
            _ = provisioner.LaunchAsync(owner);
        await Task.WhenAll(holds).WaitAsync(Patience, Cancelled);
        await provisioner.KillAsync();
        provisioner.Set("PoolSize", "0");
        await provisioner.StartAsync();
        var desktops = await provisioner.WaitReadyAsync(owners);
        await AssertWholeAsync(provisioner, desktops);
        foreach (var desktop in desktops)
            await provisioner.StopAsync(desktop.Id);
        await AssertNothingIsLeftAsync(provisioner, desktops);
        await strangers.AssertUntouchedAsync();
    }

    [Fact]
    public async Task APictureThatIsNotTakenToItsEndLeavesNoDesktop()
    {
        await using var provisioner = await OwnProvisioner.StartAsync(system);
        var held = provisioner.Wire.Hold(Wire.Pool, Step.Start);
        var mesh = await File.ReadAllBytesAsync(Path.Combine(RunningSystem.RepositoryRoot, "Meshes", "teapot.stl"), Cancelled);
        var taking = provisioner.Http.PostAsync("/pictures?name=teapot.stl", new ByteArrayContent(mesh), Cancelled);
        await held.WaitAsync(Patience, Cancelled);
        await provisioner.KillAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => taking);
        Assert.NotEmpty(await provisioner.RemainsAsync());
        await provisioner.StartAsync();
        await Eventually.TrueAsync(async () => (await provisioner.RemainsAsync()).Count == 0, "the picture's desktop to be gone", Patience);
    }

    [Fact]
    public async Task ASecondProvisionerOfOneInstanceRefusesToStart()
    {
        await using var first = await OwnProvisioner.StartAsync(system);
        await using var second = first.Run(out _);
        using var patience = new CancellationTokenSource(AtMost.Minutes(1));
        Assert.Equal(1, await second.WaitForExitAsync(patience.Token));
        Assert.Contains(
            $"The desktops of instance '{first.Instance}' are looked after by another Provisioner", second.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Log, StringComparison.Ordinal);
        Assert.Empty(await first.DesktopsAsync());
    }

    // The strangers' copies carry this instance's label, and stay.
    private static async Task<string[]> OwnRemainsAsync(OwnProvisioner provisioner) =>
        [.. (await provisioner.RemainsAsync()).Where(
            line => !line.Contains("copy-of-", StringComparison.Ordinal) && !line.Contains("copied-", StringComparison.Ordinal))];

    private async Task AssertWholeAsync(OwnProvisioner provisioner, OwnedDesktop[] desktops)
    {
        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        var remains = await provisioner.RemainsAsync();
        foreach (var desktop in desktops)
        {
            Assert.Equal(3, remains.Count(line => line.Contains(desktop.Id, StringComparison.Ordinal)));
            Assert.Equal([$"connection {desktop.Id}", $"user desktop-{desktop.Id}"], await admin.FindAsync(desktop.Id));
            Assert.Equal([desktop.Id], await admin.ConnectionsOfAsync($"desktop-{desktop.Id}"));
            using var ticket = await provisioner.Http.PostAsync($"/desktops/{desktop.Id}/ticket", null, Cancelled);
            Assert.True(ticket.IsSuccessStatusCode, $"There is no ticket for the launch that died at '{desktop.Owner}'.");
            using var agent = new AgentClient(await system.Engine.DesktopAsync(desktop.Id));
            var status = await agent.StatusAsync();
            Assert.True(status is { MeshDrawn: true, Triangles: > 0 },
                $"The launch that died at '{desktop.Owner}' is said to be ready, but: {status}");
        }

        Assert.Empty(provisioner.SpooledFiles().ExceptBy(desktops.Select(desktop => desktop.Id), file => file.Name));
    }

    private async Task AssertNothingIsLeftAsync(OwnProvisioner provisioner, OwnedDesktop[] desktops)
    {
        await Eventually.GetAsync(
            async () =>
                (await provisioner.DesktopsAsync()).Where(desktop => desktop.State is not ("stopped" or "failed"))
                    .Select(desktop => $"{desktop}").ToArray(),
            left => left.Length == 0,
            "every desktop to be over");
        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        await Eventually.GetAsync(
            async () =>
            {
                var names = (await admin.ConnectionNamesAsync()).Concat(await admin.UserNamesAsync()).ToArray();
                return (string[])
                [
                    .. await OwnRemainsAsync(provisioner),
                    .. names.Where(name => desktops.Any(desktop => name.Contains(desktop.Id, StringComparison.Ordinal))),
                    .. provisioner.SpooledFiles().Select(file => file.FullName),
                ];
            },
            left => left.Length == 0,
            "nothing to be left");
    }
}
