using System.Net;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Crashes;

/// <summary>Kills Guacamole's database where it hurts most.</summary>
[Trait("Invariant", "13")]
public sealed class DatabaseCrashTests(RunningSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ALaunchUnderWhichTheDatabaseIsKilledEndsReadyAndWhoAsksMeanwhileIsLetInOrToldWhenToAskAgain()
    {
        await using var own = await OwnProvisioner.StartAsync(system);
        // Each is brought to the point where it changes something in Guacamole next.
        string[] owners = [Step.Connection, Step.User, Step.Grant];
        var held = owners.Select(owner => own.Wire.Hold(owner, owner, isMade: false)).ToArray();
        foreach (var owner in owners)
            await own.AdmitAsync(owner);
        await Task.WhenAll(held).WaitAsync(AtMost.Minutes(4), Cancelled);
        await system.Engine.CrashAsync(system.Property("mysql", "container.id"));
        own.Wire.LetGo();

        await using var visitor = new PortalClient(system);
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await visitor.Http.PostAsync("/api/session/guest", null, Cancelled);
                if (answer.IsSuccessStatusCode)
                    return true;
                await PortalClient.ReadProblemAsync(answer, HttpStatusCode.ServiceUnavailable);
                Assert.NotNull(answer.Headers.RetryAfter);
                return false;
            },
            "a guest to be let in", AtMost.Minutes(2));
        var desktops = await own.WaitReadyAsync(owners);
        Assert.Contains("Guacamole is waited for", own.Log, StringComparison.Ordinal);
        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        foreach (var desktop in desktops)
        {
            Assert.Equal([$"connection {desktop.Id}", $"user desktop-{desktop.Id}"], await admin.FindAsync(desktop.Id));
            Assert.Equal([desktop.Id], await admin.ConnectionsOfAsync($"desktop-{desktop.Id}"));
            await own.StopAsync(desktop.Id);
            await own.WaitForAsync(desktop.Id, "stopped");
            Assert.Empty(await admin.FindAsync(desktop.Id));
        }
    }
}
