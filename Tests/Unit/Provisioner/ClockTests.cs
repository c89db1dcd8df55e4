using GuacAspire.Contracts;
using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Draining;
using GuacAspire.Provisioner.Sharing;
using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

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

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public async Task A_link_is_good_for_as_long_as_was_said_and_to_the_next_process_too(int hours)
    {
        var store = Directory.CreateTempSubdirectory("guacaspire-").FullName;
        await using var first = NewHost(store: store);
        var desktop = await first.LaunchReadyAsync();
        await ShareCalls.CreateAsync(first, desktop);
        _time.Set(TimeSpan.FromHours(hours));
        await LookAtLinksAsync(first, TimeSpan.FromMinutes(29));
        Assert.Equal(_time.GetUtcNow().AddMinutes(31), Assert.Single(await ShareCalls.ListAsync(first, desktop)).ExpiresAt);
        await first.DisposeAsync();

        await AssertGoneAsync(desktop, store, first, TimeSpan.FromMinutes(31));
        Directory.Delete(store, recursive: true);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_while_nothing_ran_gives_a_link_no_more_than_its_whole_time()
    {
        var store = Directory.CreateTempSubdirectory("guacaspire-").FullName;
        await using var first = NewHost(store: store);
        var desktop = await first.LaunchReadyAsync();
        await ShareCalls.CreateAsync(first, desktop);
        await first.DisposeAsync();
        _time.Set(TimeSpan.FromDays(-3));

        await AssertGoneAsync(desktop, store, first, TimeSpan.FromMinutes(60));
        Directory.Delete(store, recursive: true);
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

    /// <summary>Of a link that the process before has left: it is there until so long after the next has begun, and not a minute longer.</summary>
    private async Task AssertGoneAsync(Desktop desktop, string store, ProvisionerHost before, TimeSpan after)
    {
        await using var host = NewHost(store: store, before: before);
        host.Agents.Showing[desktop.Id] = true;
        await LookAtLinksAsync(host, after - TimeSpan.FromMinutes(1));
        Assert.Single(await ShareCalls.ListAsync(host, desktop));
        await LookAtLinksAsync(host, TimeSpan.FromMinutes(1));
        Assert.Empty(Directory.GetFiles(Path.Combine(store, "shares")));
    }

    private async Task LookAtLinksAsync(ProvisionerHost host, TimeSpan later)
    {
        await host.SettleAsync();
        _time.Advance(later);
        await host.Services.GetRequiredService<ShareKeeper>().RunOnceAsync(Cancellation);
    }

    private ProvisionerHost NewHost(int poolSize = 0, string? store = null, ProvisionerHost? before = null) => new()
    {
        Store = store,
        Runtime = before?.Runtime ?? new(),
        Guacamole = before?.Guacamole ?? new(),
        Time = _time,
        PoolSize = poolSize,
        OwnRounds = [typeof(DesktopCuller), typeof(DrainKeeper), typeof(ShareKeeper)],
        Options = { ["CheckpointInterval"] = "00:00:00", ["Pictures"] = "false" },
    };
}
