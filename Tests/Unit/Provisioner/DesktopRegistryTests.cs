using GuacAspire.Contracts;
using GuacAspire.Provisioner.Desktops;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

public class DesktopRegistryTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
    private readonly DesktopRegistry _registry;

    public DesktopRegistryTests()
    {
        var options = TestOptions.Desktops(options => options.Max = 4);
        _registry = new(new(options), new(_time), new(), TestOptions.NoDrain, options, _time);
    }

    [Theory]
    [InlineData(3, 16, "memory", "2 desktops run and 0 MiB of memory are free; a desktop needs 3 GiB.")]
    [InlineData(64, 0.5, "cpu", "2 desktops run and 0 processor cores are free; a desktop needs 2.")]
    public void A_machine_that_is_too_small_is_a_limit_too(int gibibytes, double oversubscription, string limit, string words)
    {
        var options = TestOptions.Desktops(options => options.CpuOversubscription = oversubscription);
        var registry = new DesktopRegistry(new(options), new(_time), new(), TestOptions.NoDrain, options, _time) { Machine = new((long)gibibytes << 30, 8) };
        registry.Admit(new("anna", "one", "one.stl"));
        registry.Admit(new("berta", "two", "two.stl"));
        var refusal = Assert.Throws<LimitReachedException>(() => registry.Admit(new("carla", "three", "three.stl")));
        Assert.Equal((limit, 0, 503), (refusal.Limit, refusal.Limits.Available, refusal.Status));
        Assert.StartsWith(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_rest_of_the_system_takes_is_promised_to_nobody()
    {
        var options = TestOptions.Desktops(options => options.ReservedMemory = "1536m");
        var registry = new DesktopRegistry(new(options), new(_time), new(), TestOptions.NoDrain, options, _time) { Machine = new(3L << 30, 8) };
        Assert.Equal(1, registry.Limits("anna").Available);
        options.Value.ReservedMemory = "4g";
        Assert.Equal(0, registry.Limits("anna").Available);
    }

    [Fact]
    public void Nobody_is_told_to_try_again_where_there_is_nobody_to_wait_for()
    {
        var options = TestOptions.Desktops(_ => { });
        var registry = new DesktopRegistry(new(options), new(_time), new(), TestOptions.NoDrain, options, _time) { Machine = new(1L << 30, 8) };
        var refusal = Assert.Throws<LimitReachedException>(() => registry.Admit(new("anna", "one", "one.stl")));
        Assert.Equal("This machine is too small for a desktop", refusal.Title);
        Assert.Equal(
            "0 desktops run and 2 GiB of memory are free; a desktop needs 3 GiB. "
                + "Whoever runs this has to give the machine more, or a desktop less: Desktops:Memory, Cpus.",
            refusal.Message);
    }

    [Fact]
    public void The_owner_s_limit_is_named_and_a_freed_place_can_be_used()
    {
        var desktops = Enumerable.Range(0, 3).Select(i => Admit("anna", $"m{i}")).ToList();
        var refusal = Assert.Throws<LimitReachedException>(() => Admit("anna", "m3"));
        Assert.Equal((429, "perOwner", 1), (refusal.Status, refusal.Limit, refusal.Limits.Available));
        Assert.True(refusal.RetryAfter > TimeSpan.Zero);
        Assert.Equal("perOwner", _registry.Limits("anna").NextLimit);

        desktops[0].TryBecome(DesktopState.Stopped, "gone");
        Assert.Equal((2, 2, (string?)null),
            (_registry.Limits("anna").Owned, _registry.Limits("anna").Available, _registry.Limits("anna").NextLimit));
        Admit("anna", "m3");
    }

    [Fact]
    public void The_limit_of_all_is_named()
    {
        foreach (var owner in new[] { "a", "b", "c", "d" })
            Admit(owner, "m");
        var refusal = Assert.Throws<LimitReachedException>(() => Admit("e", "m"));
        Assert.Equal((503, "total", 0), (refusal.Status, refusal.Limit, refusal.Limits.Available));
    }

    [Fact]
    public void One_who_waits_for_a_stop_need_not_wait_long()
    {
        var desktops = Enumerable.Range(0, 3).Select(i => Admit("anna", $"m{i}")).ToList();
        var before = _registry.Limits("anna").RetryAfterSeconds;
        desktops[1].RequestStop("Stopping");
        Assert.True(_registry.Limits("anna").RetryAfterSeconds < before);
    }

    [Fact]
    public void The_same_mesh_while_it_is_launched_is_the_same_desktop()
    {
        var first = Admit("anna", "cube");
        Assert.Same(first, Admit("anna", "cube"));
        Assert.NotSame(first, Admit("bo", "cube"));
        first.TryBecomeReady("Ready");
        Assert.NotSame(first, Admit("anna", "cube"));
    }

    [Fact]
    public void The_same_key_is_the_same_desktop_even_when_it_is_over()
    {
        var first = Admit("anna", "cube", "key");
        first.TryBecome(DesktopState.Failed, "broken");
        Assert.Same(first, Admit("anna", "cube", "key"));
        Assert.NotSame(first, Admit("bo", "cube", "key"));
        Assert.NotSame(Admit("anna", "cone", "one"), Admit("anna", "cone", "two"));
    }

    [Fact]
    public void To_open_a_mesh_and_to_go_on_with_a_save_of_it_are_two_launches()
    {
        var fresh = Admit("anna", "cube");
        var resumed = _registry.Admit(new("anna", "cube", "cube.blend", Resume: "a save")).Desktop;
        Assert.NotSame(fresh, resumed);
        Assert.Same(resumed, _registry.Admit(new("anna", "cube", "cube.blend", Resume: "a save")).Desktop);
        Assert.NotSame(resumed, _registry.Admit(new("anna", "cube", "cube.blend", Resume: "another")).Desktop);
    }

    [Fact]
    public void A_guest_who_is_gone_is_not_admitted()
    {
        _registry.Departed.Add("guest");
        Assert.Equal(410, Assert.Throws<ProblemException>(() => Admit("guest", "cube")).Status);
        Admit("another", "cube");
    }

    [Fact]
    public void What_was_here_is_forgotten_when_nothing_is_left_of_it()
    {
        var desktop = Admit("anna", "cube");
        desktop.TryBecome(DesktopState.Stopped, "gone");
        _registry.Forget(desktop);
        _registry.ForgetFormer(new HashSet<string>(), _time.GetTimestamp());
        Assert.True(_registry.HasKnown(desktop.Id), "An engine that was slow may still make it.");
        _time.Advance(TimeSpan.FromMinutes(1));
        _registry.ForgetFormer(new HashSet<string>([desktop.Id]), _time.GetTimestamp());
        Assert.True(_registry.HasKnown(desktop.Id));
        _registry.ForgetFormer(new HashSet<string>(), _time.GetTimestamp());
        Assert.False(_registry.HasKnown(desktop.Id));
    }

    [Fact]
    public void Who_launches_again_while_the_first_is_stopped_gets_another()
    {
        var first = Admit("anna", "cube");
        first.RequestStop("Stopping");
        Assert.NotSame(first, Admit("anna", "cube"));
    }

    [Fact]
    public void Of_many_at_once_no_more_than_the_limit_are_admitted()
    {
        var admitted = 0;
        Parallel.For(0, 50, i =>
        {
            try
            {
                Admit($"owner{i}", "m");
                Interlocked.Increment(ref admitted);
            }
            catch (LimitReachedException)
            {
            }
        });
        Assert.Equal(4, admitted);
    }

    [Fact]
    public void What_is_over_is_remembered_for_a_while()
    {
        var desktop = Admit("anna", "cube");
        desktop.TryBecome(DesktopState.Failed, "broken");
        _registry.ForgetOld();
        Assert.Same(desktop, _registry.Find(desktop.Id));
        _time.Advance(TimeSpan.FromMinutes(11));
        _registry.ForgetOld();
        Assert.Null(_registry.Find(desktop.Id));
    }

    [Fact]
    public void A_closed_house_admits_nobody()
    {
        _registry.Close();
        Assert.Equal(503, Assert.Throws<ProblemException>(() => Admit("anna", "cube")).Status);
    }

    private ManagedDesktop Admit(string owner, string mesh, string? key = null) =>
        _registry.Admit(new(owner, mesh, mesh + ".stl", key)).Desktop;
}
