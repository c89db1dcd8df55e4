using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Desktops;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>How a desktop's time is counted.</summary>
public class LeaseTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    private readonly DesktopsOptions _options = new();

    [Fact]
    public void Whoever_uses_it_has_until_its_maximum_age_and_the_warning_comes_before()
    {
        var lease = New();
        lease.InUse(After(hours: 1));
        Assert.Equal(new(After(hours: 12), null, null, false), lease.At(After(hours: 1)));
        lease.InUse(After(hours: 11.95));
        Assert.Equal(new(After(hours: 12), null, CullReason.MaxLifetime, false), lease.At(After(minutes: 715)));
        Assert.True(lease.At(After(hours: 12)).IsOver);
    }

    [Fact]
    public void What_nobody_uses_is_warned_of_and_over_and_any_use_begins_anew()
    {
        var lease = New();
        lease.InUse(After(minutes: 60));
        lease.NotInUse(null);
        Assert.Equal(new(After(minutes: 90), After(minutes: 60), null, false), lease.At(After(minutes: 80)));
        Assert.Equal(new(After(minutes: 90), After(minutes: 60), CullReason.Idle, false), lease.At(After(minutes: 85)));
        lease.NotInUse(After(minutes: 86));
        Assert.Equal(new(After(minutes: 116), After(minutes: 86), null, false), lease.At(After(minutes: 86)));
        Assert.False(lease.At(After(minutes: 115)).IsOver);
        Assert.True(lease.At(After(minutes: 120)).IsOver);
    }

    [Fact]
    public void What_is_not_known_falls_back_to_the_start()
    {
        var lease = New();
        lease.NotInUse(null);
        Assert.Equal(new(After(minutes: 30), Start, null, false), lease.At(After(minutes: 10)));
    }

    [Fact]
    public void Nobody_is_stopped_unwarned_however_long_this_process_was_away()
    {
        var lease = New();
        lease.NotInUse(null);
        Assert.Equal(new(After(minutes: 605), Start, CullReason.Idle, false), lease.At(After(minutes: 600)));
        Assert.False(lease.At(After(minutes: 604)).IsOver);
        Assert.True(lease.At(After(minutes: 605)).IsOver);
    }

    [Fact]
    public void A_moment_that_is_only_rounded_otherwise_is_no_news()
    {
        var lease = New();
        lease.NotInUse(After(minutes: 10));
        lease.NotInUse(After(minutes: 10).AddMilliseconds(90));
        Assert.Equal(After(minutes: 10), lease.At(After(minutes: 11)).IdleSince);
    }

    [Fact]
    public void Zero_means_never()
    {
        (_options.IdleTimeout, _options.MaxLifetime) = (TimeSpan.Zero, TimeSpan.Zero);
        var lease = New();
        lease.NotInUse(null);
        Assert.Equal(new(null, Start, null, false), lease.At(After(hours: 1000)));
    }

    private static DateTimeOffset After(double minutes = 0, double hours = 0) =>
        Start + TimeSpan.FromMinutes(minutes) + TimeSpan.FromHours(hours);

    private Lease New() => new(Start, Start, _options);
}
