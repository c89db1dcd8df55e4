namespace GuacAspire.Provisioner.Launching;

/// <summary>Does several things at the same time of which none is of use without the others.</summary>
internal static class Together
{
    /// <summary>Completes when all have ended. When one fails the others are cancelled, and why it failed is thrown.</summary>
    public static async Task RunAsync(CancellationToken cancellationToken, params Func<CancellationToken, Task>[] works)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(works.Select(async work =>
        {
            try
            {
                await work(all.Token);
            }
            catch
            {
                await all.CancelAsync();
                throw;
            }
        }));
    }
}
