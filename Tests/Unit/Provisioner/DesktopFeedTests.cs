using GuacAspire.Contracts;
using GuacAspire.Provisioner.Desktops;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Provisioner;

public class DesktopFeedTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
    private readonly DesktopFeed _feed;

    public DesktopFeedTests() => _feed = new(_time);

    [Fact]
    public async Task Who_comes_late_is_told_the_present_state_first()
    {
        _feed.Publish(New("a", DesktopState.Pending));
        _feed.Publish(New("a", DesktopState.Opening));
        using var late = _feed.Subscribe("a");
        _feed.Publish(New("a", DesktopState.Ready));
        _feed.Publish(New("a", DesktopState.Stopped));
        Assert.Equal([DesktopState.Opening, DesktopState.Ready, DesktopState.Stopped], await StatesAsync(late));
    }

    [Fact]
    public async Task Who_comes_after_the_end_is_told_the_end()
    {
        _feed.Publish(New("a", DesktopState.Failed));
        using var late = _feed.Subscribe("a");
        Assert.Equal([DesktopState.Failed], await StatesAsync(late));
    }

    [Fact]
    public async Task Numbers_increase_also_over_a_restart()
    {
        using var first = _feed.Subscribe("a");
        _feed.Publish(New("a", DesktopState.Pending));
        _feed.Publish(New("a", DesktopState.Stopped));
        var numbers = await first.Changes.ReadAllAsync(TestContext.Current.CancellationToken).Select(change => change.Number)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.True(numbers[0] < numbers[1]);

        _time.Advance(TimeSpan.FromSeconds(1));
        var next = new DesktopFeed(_time);
        next.Publish(New("a", DesktopState.Ready));
        using var second = next.Subscribe("a");
        Assert.True((await second.Changes.ReadAsync(TestContext.Current.CancellationToken)).Number > numbers[1]);
    }

    [Fact]
    public async Task Who_listens_to_all_hears_of_all_and_of_nothing_forgotten()
    {
        _feed.Publish(New("gone", DesktopState.Stopped));
        _feed.Forget("gone");
        _feed.Publish(New("a", DesktopState.Ready));
        using var all = _feed.Subscribe(null);
        _feed.Publish(New("b", DesktopState.Stopped));
        _feed.Publish(New("a", DesktopState.Saving));
        var heard = new List<string>();
        while (all.Changes.TryRead(out var change))
            heard.Add($"{change.Desktop.Id} {change.Desktop.State}");
        Assert.Equal(["a Ready", "b Stopped", "a Saving"], heard);
        Assert.False(all.Changes.Completion.IsCompleted);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task One_who_does_not_listen_loses_old_states_and_never_the_last()
    {
        using var slow = _feed.Subscribe("a");
        for (var i = 0; i < 1000; i++)
            _feed.Publish(New("a", DesktopState.Ready));
        _feed.Publish(New("a", DesktopState.Stopped));
        var states = await StatesAsync(slow);
        Assert.True(states.Count < 1000);
        Assert.Equal(DesktopState.Stopped, states[^1]);
    }

    [Fact]
    public void One_who_follows_all_and_is_slow_misses_the_last_of_none()
    {
        using var slow = _feed.Subscribe(null);
        for (var i = 0; i < 2000; i++)
        {
            foreach (var state in new[] { DesktopState.Pending, DesktopState.Ready, DesktopState.Stopped })
                _feed.Publish(New($"desktop{i}", state));
            _feed.Forget($"desktop{i}");
        }

        var last = new Dictionary<string, DesktopChange>();
        var number = 0L;
        while (slow.Changes.TryRead(out var change))
        {
            Assert.True(change.Number > number, "What is told is not in order.");
            number = change.Number;
            last[change.Desktop.Id] = change;
        }

        Assert.Equal(2000, last.Count);
        Assert.All(last.Values, change => Assert.Equal(DesktopState.Stopped, change.Desktop.State));
    }

    private static Desktop New(string id, DesktopState state) =>
        new(id, "anna", "cube", state, null, 0, null, DateTimeOffset.UnixEpoch, null, null, null, null);

    private static async Task<List<DesktopState>> StatesAsync(DesktopFeed.Subscription subscription) =>
        await subscription.Changes.ReadAllAsync(TestContext.Current.CancellationToken)
            .Select(change => change.Desktop.State).ToListAsync(TestContext.Current.CancellationToken);
}
