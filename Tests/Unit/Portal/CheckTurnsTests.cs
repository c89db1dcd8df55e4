using System.Collections.Concurrent;
using GuacAspire.Portal.Web.Meshes;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class CheckTurnsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_has_many_files_waits_for_himself()
    {
        using var turns = new CheckTurns();
        using var goOn = new SemaphoreSlim(0);
        var seen = new ConcurrentQueue<string>();
        var many = Enumerable.Range(0, 20).Select(_ => DoAsync("anna")).ToList();
        await Eventually.TrueAsync(() => seen.Count == 1);
        var one = DoAsync("bert");
        goOn.Release(2);
        await one.WaitAsync(Eventually.Patience, Cancelled);
        Assert.Equal(["anna", "bert"], seen.Take(2));
        goOn.Release(20);
        await Task.WhenAll(many);
        Assert.Equal(21, seen.Count);

        Task<int> DoAsync(string owner) => turns.DoAsync(
            owner,
            () =>
            {
                seen.Enqueue(owner);
                goOn.Wait(Cancelled);
                return seen.Count;
            },
            Cancelled);
    }

    [Fact]
    public async Task What_fails_or_is_given_up_keeps_nobody_waiting()
    {
        using var turns = new CheckTurns();
        await Assert.ThrowsAsync<FormatException>(() => turns.DoAsync<int>("anna", () => throw new FormatException(), Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turns.DoAsync("anna", () => 1, new CancellationToken(canceled: true)));
        Assert.Equal(2, await turns.DoAsync("anna", () => 2, Cancelled));
    }
}
