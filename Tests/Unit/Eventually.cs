using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit;

/// <summary>Waits for what others do in their own time.</summary>
internal static class Eventually
{
    /// <summary>Ends what hangs, and is no measure of anything: what is right on a quick machine is right on a slow one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static Task TrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(() => Task.FromResult(condition()), what);

    public static Task TrueAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(condition, what, () => { });

    /// <summary>
    /// Lets a test's own clock run meanwhile, in steps, each followed by a moment for what waits for it. Nothing that is under way may
    /// have a deadline by that clock: on a slow machine it runs ahead of the work.
    /// </summary>
    public static Task TrueAsync(
        FakeTimeProvider time, TimeSpan step, Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(() => Task.FromResult(condition()), what, () => time.Advance(step));

    /// <inheritdoc cref="TrueAsync(FakeTimeProvider, TimeSpan, Func{bool}, string)"/>
    public static Task TrueAsync(
        FakeTimeProvider time, TimeSpan step, Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(condition, what, () => time.Advance(step));

    private static async Task TrueAsync(Func<Task<bool>> condition, string what, Action next)
    {
        using var timer = new PeriodicTimer(Interval);
        var end = TimeProvider.System.GetUtcNow() + Patience;
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, $"Waited in vain for: {what}");
            next();
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
