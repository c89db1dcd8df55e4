using GuacAspire.Provisioner.Launching;

namespace GuacAspire.Tests.Unit.Provisioner;

public class TogetherTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_are_done()
    {
        var done = 0;
        await Together.RunAsync(Cancellation, DoAsync, DoAsync, DoAsync);
        Assert.Equal(3, done);

        async Task DoAsync(CancellationToken token)
        {
            await Task.Yield();
            Interlocked.Increment(ref done);
        }
    }

    [Fact]
    public async Task One_that_fails_ends_the_others_and_says_why()
    {
        var hasEnded = false;
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Together.RunAsync(
            Cancellation,
            async token =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
                finally
                {
                    hasEnded = true;
                }
            },
            _ => throw new InvalidOperationException("no room")));
        Assert.Equal("no room", failure.Message);
        Assert.True(hasEnded, "It did not wait for what it had cancelled.");
    }

    [Fact]
    public async Task Who_cancels_it_cancels_all()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = Together.RunAsync(
            cancelled.Token, token => Task.Delay(Timeout.Infinite, token), token => Task.Delay(Timeout.Infinite, token));
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
