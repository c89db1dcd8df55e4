using GuacAspire.Provisioner.Launching;

namespace GuacAspire.Tests.Unit.Provisioner;

public class StartQueueTests
{
    // A machine that nobody has measured starts two.
    private readonly StartQueue _queue = new(
        new(new(TestOptions.Desktops()), new(TimeProvider.System), new(), TestOptions.NoDrain, TestOptions.Desktops(),
            TimeProvider.System));

    private readonly List<int> _began = [];
    private readonly Dictionary<int, int> _ahead = [];
    private readonly Dictionary<int, TaskCompletionSource> _starts = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_comes_first_starts_first_and_everybody_knows_how_many_come_before()
    {
        var all = Enumerable.Range(0, 5).Select(number => StartAsync(number, Cancellation)).ToList();
        Assert.Equal("0 1", await BeganAsync(2));
        Assert.Equal([1, 2, 3], new[] { _ahead[2], _ahead[3], _ahead[4] });
        _starts[1].SetResult();
        Assert.Equal("0 1 2", await BeganAsync(3));
        Assert.Equal([1, 2], new[] { _ahead[3], _ahead[4] });
        _starts[0].SetException(new InvalidOperationException("It did not start."));
        Assert.Equal("0 1 2 3", await BeganAsync(4));
        _starts[2].SetResult();
        await BeganAsync(5);
        _starts[3].SetResult();
        _starts[4].SetResult();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(all));
    }

    [Fact]
    public async Task Who_leaves_the_queue_keeps_nobody_waiting()
    {
        using var leaves = new CancellationTokenSource();
        var first = StartAsync(0, Cancellation);
        var second = StartAsync(1, Cancellation);
        var third = StartAsync(2, leaves.Token);
        var fourth = StartAsync(3, Cancellation);
        await BeganAsync(2);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.Equal(1, _ahead[3]);
        _starts[0].SetResult();
        Assert.Equal("0 1 3", await BeganAsync(3));
        _starts[1].SetResult();
        _starts[3].SetResult();
        await Task.WhenAll(first, second, fourth);
    }

    private Task<int> StartAsync(int number, CancellationToken cancellationToken)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts[number] = start;
        return _queue.RunAsync(
            ahead => _ahead[number] = ahead,
            async () =>
            {
                lock (_began)
                    _began.Add(number);
                await start.Task;
                return number;
            },
            cancellationToken);
    }

    private async Task<string> BeganAsync(int count)
    {
        int[] began = [];
        await Eventually.TrueAsync(() =>
        {
            lock (_began)
                began = [.. _began.Order()];
            return began.Length >= count;
        });
        return string.Join(' ', began);
    }
}
