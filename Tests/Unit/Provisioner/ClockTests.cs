using GuacAspire.Contracts;
using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Draining;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>Who sets the machine's clock gives nobody more time, and takes none away.</summary>
public class ClockTests
{
    private readonly SetClock _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(-48)]
    [InlineData(-3)]
    [InlineData(48)]
    public async Task A_desktop_has_as_long_as_it_would_have_and_is_told_so_by_the_new_clock(int hours)
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        await RoundAsync(host, TimeSpan.FromMinutes(1));
        _time.Set(TimeSpan.FromHours(hours));
        await RoundAsync(host, TimeSpan.FromMinutes(19));
        var shown = await host.WaitAsync(desktop.Id, DesktopState.Ready);
        Assert.Equal((null, _time.GetUtcNow().AddMinutes(10)), (shown.Warning, shown.ExpiresAt));
        await RoundAsync(host, TimeSpan.FromMinutes(5));
        Assert.Equal(CullReason.Idle, (await host.WaitAsync(desktop.Id, DesktopState.Ready)).Warning);
        await RoundAsync(host, TimeSpan.FromMinutes(5));
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
    }

    [Fact]
    public async Task A_drain_ends_when_it_was_to_end()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        await host.Http.PostAsync(new Uri("/drain?within=600", UriKind.Relative), null, Cancellation);
        _time.Set(TimeSpan.FromHours(-5));
        _time.Advance(TimeSpan.FromMinutes(9));
        host.Services.GetRequiredService<DrainKeeper>().RunOnce();
        await host.WaitAsync(desktop.Id, DesktopState.Ready);
        _time.Advance(TimeSpan.FromMinutes(1));
        host.Services.GetRequiredService<DrainKeeper>().RunOnce();
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
    }

    [Fact]
    public async Task One_of_the_pool_that_died_is_noticed()
    {
        await using var host = NewHost(poolSize: 1);
        var dead = (await host.PoolAsync(members => members is [{ Address: not null }]))[0].Id;
        _time.Set(TimeSpan.FromHours(-5));
        _time.Advance(TimeSpan.FromSeconds(1));
        host.Runtime.Containers[dead] = GuacAspire.Provisioner.Runtime.ContainerPhase.Ended;
        await LifecycleTests.ReconcileAsync(host);
        await host.PoolAsync(members => members.All(member => member.Id != dead));
    }

    [Fact]
    public void What_is_shown_does_not_change_with_every_look()
    {
        var clock = new SteadyClock(_time);
        var at = clock.Now.AddMinutes(30);
        _time.Set(TimeSpan.FromMilliseconds(300));
        Assert.Equal(at, clock.Shown(at));
        _time.Set(TimeSpan.FromHours(1));
        Assert.Equal(at.AddHours(1).AddMilliseconds(300), clock.Shown(at));
        Assert.Null(clock.Shown(null));
    }

    private async Task RoundAsync(ProvisionerHost host, TimeSpan later)
    {
        await host.SettleAsync();
        _time.Advance(later);
        await host.Services.GetRequiredService<DesktopCuller>().RunOnceAsync(Cancellation);
    }

    private ProvisionerHost NewHost(int poolSize = 0) => new()
    {
        Time = _time,
        PoolSize = poolSize,
        OwnRounds = [typeof(DesktopCuller), typeof(DrainKeeper)],
        Options = { ["CheckpointInterval"] = "00:00:00", ["Pictures"] = "false" },
    };

    /// <summary>A clock that somebody sets, which says nothing of how much time has passed.</summary>
    private sealed class SetClock() : FakeTimeProvider(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero))
    {
        private TimeSpan _offset;

        public void Set(TimeSpan by) => _offset += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
