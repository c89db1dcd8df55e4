using GuacAspire.ServiceDefaults;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.ServiceDefaults;

public class RoundsTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_round_that_fails_is_told_and_the_next_one_comes()
    {
        var time = new FakeTimeProvider();
        using var stop = new CancellationTokenSource();
        using var told = new SemaphoreSlim(0);
        var reasons = new List<string>();
        var rounds = Rounds.EveryAsync(Interval, time, RoundAsync, Failed, stop.Token);
        for (var round = 1; round <= 3; round++)
        {
            time.Advance(Interval);
            Assert.True(await told.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rounds);
        Assert.Equal(["no", "no", "no"], reasons);

        async Task RoundAsync(CancellationToken cancellationToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("no");
        }

        void Failed(Exception reason)
        {
            reasons.Add(reason.Message);
            told.Release();
        }
    }

    [Fact]
    public async Task The_first_round_may_come_at_once()
    {
        var (count, told) = (0, new List<Exception>());
        using var stop = new CancellationTokenSource();
        var rounds = Rounds.AtOnceAndEveryAsync(Interval, new FakeTimeProvider(), RoundAsync, told.Add, stop.Token);
        Assert.Equal(1, count);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rounds);

        Task RoundAsync(CancellationToken cancellationToken)
        {
            count++;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task What_a_stop_breaks_off_is_no_failure()
    {
        using var stop = new CancellationTokenSource();
        var rounds = Rounds.AtOnceAndEveryAsync(
            Interval, new FakeTimeProvider(), token => Task.Delay(Timeout.Infinite, token), e => Assert.Fail(e.Message), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rounds);
    }
}
