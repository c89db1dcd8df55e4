using GuacAspire.Contracts;
using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Launching;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

public class DesktopLifecycleTests
{
    private static readonly DesktopState[] All = Enum.GetValues<DesktopState>();

    [Fact]
    public void Nothing_follows_the_end() =>
        Assert.All(All, to => Assert.False(DesktopState.Stopped.CanBecome(to) || DesktopState.Failed.CanBecome(to)));

    [Fact]
    public void Everything_living_can_stop_and_fail() =>
        Assert.All(All.Where(from => !from.IsOver()),
            from => Assert.True(from.CanBecome(DesktopState.Stopped) && from.CanBecome(DesktopState.Failed)));

    [Fact]
    public void A_launch_never_goes_back() =>
        Assert.All(All.Where(from => from.IsLaunching()),
            from => Assert.All(All.Where(to => to < from), to => Assert.False(from.CanBecome(to))));

    [Theory]
    [InlineData(DesktopState.Ready, DesktopState.Saving, true)]
    [InlineData(DesktopState.Saving, DesktopState.Ready, true)]
    [InlineData(DesktopState.Starting, DesktopState.Saving, false)]
    [InlineData(DesktopState.Ready, DesktopState.Connecting, false)]
    public void Only_what_is_ready_saves(DesktopState from, DesktopState to, bool can) => Assert.Equal(can, from.CanBecome(to));

    [Fact]
    public void A_desktop_that_is_over_stays_as_it_was()
    {
        using var desktop = NewDesktop();
        Assert.True(desktop.TryBecome(DesktopState.Failed, "It broke."));
        Assert.False(desktop.TryBecomeReady("Ready"));
        desktop.Enter(LaunchStep.Open);
        Assert.Equal((DesktopState.Failed, "It broke."), (desktop.Current.State, desktop.Current.Message));
        Assert.True(desktop.Over.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_desktop_that_somebody_wants_gone_does_not_become_ready()
    {
        using var desktop = NewDesktop();
        Assert.True(desktop.RequestStop("Stopping"));
        Assert.False(desktop.RequestStop("Stopping"));
        Assert.True(desktop.StopRequested.IsCancellationRequested);
        Assert.False(desktop.TryBecomeReady("Ready"));
    }

    [Fact]
    public void Progress_never_goes_back()
    {
        using var desktop = NewDesktop();
        desktop.Progress(35, "so far");
        desktop.Progress(10, "less");
        Assert.Equal(35, desktop.Current.Percent);
    }

    private static ManagedDesktop NewDesktop()
    {
        var time = new FakeTimeProvider();
        return new(new("id", "anna", "cube", "cube.stl", null, time.GetUtcNow()), new(time), time);
    }
}
