using GuacAspire.Provisioner.Guacamole;

namespace GuacAspire.Tests.Unit.Provisioner;

public class SharedLookTests
{
    private int _looks;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_who_ask_while_a_look_goes_on_share_the_next()
    {
        var end = new TaskCompletionSource();
        var look = new SharedLook<int>(async _ =>
        {
            var number = Interlocked.Increment(ref _looks);
            await end.Task;
            return number;
        });
        var first = look.LookAsync(Cancellation);
        await Eventually.TrueAsync(() => _looks == 1);
        var others = Enumerable.Range(0, 1000).Select(_ => look.LookAsync(Cancellation)).ToList();
        end.SetResult();
        Assert.Equal(1, await first);
        Assert.All(await Task.WhenAll(others), number => Assert.Equal(2, number));
        Assert.Equal(2, _looks);
    }

    [Fact]
    public async Task A_look_that_fails_or_that_somebody_gives_up_is_nobody_elses_loss()
    {
        var look = new SharedLook<int>(_ => ++_looks == 1 ? throw new InvalidOperationException("away") : Task.FromResult(_looks));
        await Assert.ThrowsAsync<InvalidOperationException>(() => look.LookAsync(Cancellation));
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => look.LookAsync(given.Token));
        Assert.InRange(await look.LookAsync(Cancellation), 2, 3);
    }
}
