using System.Net;
using GuacAspire.Provisioner.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

public class EndedLinkTests
{
    [Fact]
    public async Task What_Guacamole_keeps_from_being_ended_is_said_once_and_tried_until_it_is_done()
    {
        var time = new FakeTimeProvider(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        await using var host = new ProvisionerHost { Time = time, OwnRounds = [typeof(ShareKeeper)] };
        var desktop = await host.LaunchReadyAsync();
        var link = await ShareCalls.CreateAsync(host, desktop);
        host.Guacamole.Open("line", $"desktop-{desktop.Id}");
        Assert.NotNull((await ShareCalls.RedeemAsync(host, link.Secret)).Ticket);

        host.Guacamole.IsDown = true;
        Assert.Equal(HttpStatusCode.NoContent, await ShareCalls.RevokeAsync(host, desktop, link));
        var keeper = host.Services.GetRequiredService<ShareKeeper>();
        for (var second = 0; second < 5; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await keeper.RunOnceAsync(TestContext.Current.CancellationToken);
        }

        Assert.Single(host.Log.Faults, line => line.Text.Contains("could not be disconnected yet", StringComparison.Ordinal));
        host.Guacamole.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(1));
        await keeper.RunOnceAsync(TestContext.Current.CancellationToken);
        Assert.Empty(host.Services.GetRequiredService<ShareStore>().All);
    }
}
