using System.Net;
using System.Net.Http.Json;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Culling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>A guest's account lasts as long as the guest, and what a guest has goes with the guest.</summary>
public class GuestTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_keeps_working_keeps_the_account()
    {
        await using var host = NewHost();
        var (guest, idle) = (await GuestAsync(host), await GuestAsync(host));
        var desktop = await host.LaunchReadyAsync(guest);
        for (var day = 0; day < 5; day++)
        {
            _time.Advance(TimeSpan.FromDays(1));
            await LifecycleTests.ReconcileAsync(host);
            await host.SettleAsync();
            await host.Services.GetRequiredService<DesktopCuller>().RunOnceAsync(Cancellation);
        }

        Assert.Equal("2026-11-30", ValidUntil(host, guest));
        Assert.Null((await host.WaitAsync(desktop.Id, DesktopState.Ready)).Warning);
        Assert.DoesNotContain(idle, host.Guacamole.Users.Keys);
    }

    [Fact]
    public async Task Whoever_is_still_there_keeps_the_account_without_a_desktop()
    {
        await using var host = NewHost();
        var guest = await GuestAsync(host);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(HttpStatusCode.NoContent, (await host.Http.PutAsync(Of(guest), null, Cancellation)).StatusCode);
        Assert.Equal("2026-11-27", ValidUntil(host, guest));
        _time.Advance(TimeSpan.FromDays(1));
        await LifecycleTests.ReconcileAsync(host);
        Assert.Contains(guest, host.Guacamole.Users.Keys);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.PutAsync(Of("guacadmin"), null, Cancellation)).StatusCode);
        await host.Http.DeleteAsync(Of(guest), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.PutAsync(Of(guest), null, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_save_on_its_way_at_the_sign_out_keeps_neither_the_work_nor_the_desktop()
    {
        await using var host = NewHost();
        var guest = await GuestAsync(host);
        var desktop = await host.LaunchReadyAsync(guest);
        await host.SettleAsync();
        host.Agents.Hangs = true;
        var saving = host.Http.PostAsync(new Uri($"/desktops/{desktop.Id}/save", UriKind.Relative), null, Cancellation);
        await host.Agents.HangsAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await host.Http.DeleteAsync(Of(guest), Cancellation)).StatusCode);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.False((await saving).IsSuccessStatusCode);
        Assert.Empty(await CheckpointTests.SavesAsync(host, guest));
        Assert.True(host.HasNothing);

        using var form = ProvisionerHost.Form(guest);
        using var refused = await host.Http.PostAsync(new Uri("/desktops", UriKind.Relative), form, Cancellation);
        Assert.Equal(HttpStatusCode.Gone, refused.StatusCode);
    }

    [Fact]
    public async Task A_stop_that_saves_when_the_guest_goes_ends_without()
    {
        await using var host = NewHost();
        var guest = await GuestAsync(host);
        var desktop = await host.LaunchReadyAsync(guest);
        host.Agents.Hangs = true;
        await host.Http.DeleteAsync(new Uri($"/desktops/{desktop.Id}", UriKind.Relative), Cancellation);
        await host.Agents.HangsAsync();
        await host.Http.DeleteAsync(Of(guest), Cancellation);
        Assert.True(host.Runtime.Stops[desktop.Id].Discard, "After a crash the next process would save it.");
        host.Agents.LeftBehind = "BLENDER-autosave";
        _time.Advance(TimeSpan.FromSeconds(20));
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Empty(await CheckpointTests.SavesAsync(host, guest));
        Assert.True(host.HasNothing);
    }

    private static Uri Of(string guest) => new($"/guests/{guest}", UriKind.Relative);

    private static string? ValidUntil(ProvisionerHost host, string guest) =>
        (string?)host.Guacamole.Users[guest]["attributes"]!["valid-until"];

    private static async Task<string> GuestAsync(ProvisionerHost host)
    {
        using var answer = await host.Http.PostAsync(new Uri("/guests", UriKind.Relative), null, Cancellation);
        return (await answer.Content.ReadFromJsonAsync<Guest>(Cancellation))!.Username;
    }

    // Time leaps by days, which is to end nothing but what the test is about.
    private ProvisionerHost NewHost() => new()
    {
        Time = _time,
        OwnRounds = [typeof(DesktopCuller)],
        Options =
        {
            ["CheckpointInterval"] = "00:00:00",
            ["Pictures"] = "false",
            ["IdleTimeout"] = "00:00:00",
            ["MaxLifetime"] = "00:00:00",
        },
    };
}
