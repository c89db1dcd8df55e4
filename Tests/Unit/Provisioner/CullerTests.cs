using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Culling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>Invariant 9: who is stopped without asking, and who is not.</summary>
public class CullerTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_desktop_that_nobody_uses_is_warned_of_saved_and_stopped()
    {
        await using var host = NewHost();
        var reasons = CulledReasons(host);
        var desktop = await host.LaunchReadyAsync();
        await RoundAsync(host, TimeSpan.FromMinutes(25));
        var warned = await host.WaitAsync(desktop.Id, DesktopState.Ready);
        Assert.Equal((CullReason.Idle, desktop.ReadyAt, desktop.ReadyAt!.Value.AddMinutes(30)),
            (warned.Warning, warned.IdleSince, warned.ExpiresAt));
        await RoundAsync(host, TimeSpan.FromMinutes(5));
        var stopped = await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Equal("Nobody had used it for 30 minutes. Stopped. Your work was saved.", stopped.Message);
        Assert.Single(await CheckpointTests.SavesAsync(host));
        Assert.Equal([CullReason.Idle], reasons);
    }

    [Theory]
    [InlineData("watched")]
    [InlineData("rendering")]
    [InlineData("computing")]
    [InlineData("touched")]
    public async Task A_busy_desktop_is_not_culled(string how)
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        host.Agents.Rendering = how == "rendering";
        host.Agents.Busy = how == "computing";
        host.Agents.LastInput = how == "touched" ? 60 : null;
        if (how == "watched")
            host.Guacamole.Watched[host.Guacamole.Connections.Keys.Single()] = true;
        for (var round = 0; round < 6; round++)
            await RoundAsync(host, TimeSpan.FromMinutes(20));
        Assert.Null((await host.WaitAsync(desktop.Id, DesktopState.Ready)).Warning);
    }

    [Fact]
    public async Task A_pending_desktop_is_not_culled()
    {
        await using var host = NewHost(("LaunchTimeout", "10:00:00"));
        host.Agents.IsReady = false;
        var desktop = await host.LaunchAsync();
        await RoundAsync(host, TimeSpan.FromHours(2));
        await RoundAsync(host, TimeSpan.FromHours(2));
        Assert.True((await host.WaitAsync(desktop.Id, DesktopState.Starting)).State == DesktopState.Starting);
        await host.Http.DeleteAsync(Of(desktop), Cancellation);
    }

    [Fact]
    public async Task The_maximum_age_culls_even_who_is_active_and_only_after_a_warning()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        host.Guacamole.Watched[host.Guacamole.Connections.Keys.Single()] = true;
        await RoundAsync(host, TimeSpan.FromHours(12));
        Assert.Equal(CullReason.MaxLifetime, (await host.WaitAsync(desktop.Id, DesktopState.Ready)).Warning);
        await host.Http.PostAsync(Of(desktop, "/stay"), null, Cancellation);
        await RoundAsync(host, TimeSpan.FromMinutes(5));
        Assert.StartsWith(
            "It was 12 hours old", (await host.WaitAsync(desktop.Id, DesktopState.Stopped)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_activity_falls_back_to_the_start()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        (host.Agents.IsSilent, host.Guacamole.IsDown) = (true, true);
        await RoundAsync(host, TimeSpan.FromMinutes(26));
        Assert.Equal(CullReason.Idle, (await host.WaitAsync(desktop.Id, DesktopState.Ready)).Warning);
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(-1e300)]
    [InlineData(-252_000_000_000)]
    [InlineData(-3600)]
    public async Task Who_runs_code_in_a_desktop_cannot_keep_it_or_others_by_telling_impossible_times(double seconds)
    {
        await using var host = NewHost();
        var desktops = new[] { await host.LaunchReadyAsync(), await host.LaunchReadyAsync("bert") };
        (host.Agents.LastInput, host.Agents.Resumed) = (seconds, seconds);
        await RoundAsync(host, TimeSpan.FromMinutes(26));
        foreach (var desktop in desktops)
            Assert.Equal(CullReason.Idle, (await host.WaitAsync(desktop.Id, DesktopState.Ready)).Warning);
        host.Guacamole.Connections.Clear();
        await LifecycleTests.ReconcileAsync(host);
        Assert.Equal(2, host.Guacamole.Connections.Count);
    }

    [Fact]
    public async Task Whoever_wants_it_to_stay_has_the_whole_time_again()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        await RoundAsync(host, TimeSpan.FromMinutes(26));
        var answer = await host.Http.PostAsync(Of(desktop, "/stay"), null, Cancellation);
        var stays = (await answer.Content.ReadFromJsonAsync<Desktop>(Cancellation))!;
        Assert.Equal((null, _time.GetUtcNow().AddMinutes(30)), (stays.Warning, stays.ExpiresAt));
        await RoundAsync(host, TimeSpan.FromMinutes(24));
        Assert.Null((await host.WaitAsync(desktop.Id, DesktopState.Ready)).Warning);
    }

    [Fact]
    public async Task A_desktop_whose_guest_is_gone_is_culled_at_once()
    {
        await using var host = NewHost();
        var reasons = CulledReasons(host);
        var answer = await host.Http.PostAsync(new Uri("/guests", UriKind.Relative), null, Cancellation);
        var guest = (await answer.Content.ReadFromJsonAsync<Guest>(Cancellation))!.Username;
        var desktop = await host.LaunchReadyAsync(guest);
        var other = await host.LaunchReadyAsync("anna");
        await RoundAsync(host, TimeSpan.FromMinutes(1));
        await host.WaitAsync(desktop.Id, DesktopState.Ready);
        host.Guacamole.Users.Remove(guest, out _);
        await RoundAsync(host, TimeSpan.FromMinutes(1));
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Equal([CullReason.OwnerGone], reasons);
        await host.WaitAsync(other.Id, DesktopState.Ready);
    }

    private static Uri Of(Desktop desktop, string rest = "") => new($"/desktops/{desktop.Id}{rest}", UriKind.Relative);

    private static List<string> CulledReasons(ProvisionerHost host)
    {
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        List<string> reasons = [];
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "guacaspire.desktop.culled" && instrument.Meter.Scope == meters)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => reasons.Add($"{tags[0].Value}"));
        listener.Start();
        return reasons;
    }

    private ProvisionerHost NewHost(params (string Name, string Value)[] options)
    {
        var host = new ProvisionerHost { Time = _time, OwnRounds = [typeof(DesktopCuller)] };
        // Who is being saved is not looked at, and the clock's leaps would have everybody saved just then.
        host.Options["CheckpointInterval"] = "00:00:00";
        foreach (var (name, value) in options)
            host.Options[name] = value;
        return host;
    }

    private async Task RoundAsync(ProvisionerHost host, TimeSpan later)
    {
        await host.SettleAsync();
        _time.Advance(later);
        await host.Services.GetRequiredService<DesktopCuller>().RunOnceAsync(Cancellation);
    }
}
