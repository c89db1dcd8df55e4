using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Sharing;

/// <summary>
/// Somebody who has a tunnel open, answers what must be answered and gives signs of life, until it is closed from one side or the other. Who is
/// silent for 15 seconds loses it, and all that he does from then on.
/// </summary>
internal sealed class Onlooker : IAsyncDisposable
{
    private static readonly TimeSpan SignInterval = TimeSpan.FromSeconds(1);

    private static TimeSpan Stay => AtMost.Minutes(10);
    private static TimeSpan Patience => AtMost.Seconds(60);
    private readonly Tunnel _tunnel;
    private readonly TaskCompletionSource _picture = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Onlooker(Tunnel tunnel)
    {
        _tunnel = tunnel;
        Closed = LookAsync();
    }

    /// <summary>Completes when the other side has closed the tunnel.</summary>
    public Task Closed { get; }

    public Tunnel Tunnel => _tunnel;

    /// <summary>Opens a tunnel and waits for the picture.</summary>
    public static async Task<Onlooker> OpenAsync(RunningSystem system, Ticket ticket) => await AtAsync(await Tunnel.OpenAsync(system, ticket));

    /// <summary>Sits down at a tunnel that is open, and waits for the picture.</summary>
    public static async Task<Onlooker> AtAsync(Tunnel tunnel)
    {
        var onlooker = new Onlooker(tunnel);
        await onlooker._picture.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        return onlooker;
    }

    public Task WaitClosedAsync() => Closed.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _tunnel.DisposeAsync();
        await Task.WhenAny(Closed);
    }

    private async Task LookAsync()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var signs = GiveSignsAsync(ended.Token);
        try
        {
            await foreach (var instruction in _tunnel.ReadAsync(Stay))
            {
                if (instruction[0] != "sync")
                    continue;
                await _tunnel.SendAsync("sync", instruction[1]);
                _picture.TrySetResult();
            }
        }
        catch (Exception error) when (error is System.Net.WebSockets.WebSocketException or ObjectDisposedException)
        {
            // Closed in the midst of a word.
        }

        await ended.CancelAsync();
        await signs;
        _picture.TrySetException(new InvalidOperationException($"The tunnel closed ({_tunnel.CloseReason}) before a picture came."));
    }

    private async Task GiveSignsAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SignInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await _tunnel.SendAsync("nop");
        }
        catch (Exception error) when (error is OperationCanceledException or System.Net.WebSockets.WebSocketException or ObjectDisposedException)
        {
            // There is nobody any more to give them to.
        }
    }
}
