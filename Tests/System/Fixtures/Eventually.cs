namespace GuacAspire.Tests.EndToEnd.Fixtures;

/// <summary>Waits for what others do in their own time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public static Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null) =>
        GetAsync(condition, met => met, what, patience);

    /// <summary>Asks again until the answer is good; fails with the last one.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> isGood, string what, TimeSpan? patience = null)
    {
        using var timer = new PeriodicTimer(Interval);
        var end = TimeProvider.System.GetUtcNow() + (patience ?? AtMost.Seconds(60));
        while (true)
        {
            var answer = await ask();
            if (isGood(answer))
                return answer;
            if (TimeProvider.System.GetUtcNow() > end)
                Assert.Fail($"Waited in vain for {what}. Last: {(answer is IEnumerable<object> lines ? string.Join(", ", lines) : answer)}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
