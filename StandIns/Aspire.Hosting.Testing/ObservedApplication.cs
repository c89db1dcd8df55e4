namespace Aspire.Hosting.Testing;

/// <summary>An application that its AppHost's entry point runs, in the hands of a test.</summary>
internal sealed class ObservedApplication(DistributedApplication inner, EntryPoint entryPoint) : DistributedApplication(inner)
{
    public override Task StartAsync(CancellationToken cancellationToken = default) => entryPoint.StartAsync(inner, cancellationToken);

    public override Task StopAsync(CancellationToken cancellationToken = default) => entryPoint.StopAsync(cancellationToken);

    public override async Task RunAsync(CancellationToken cancellationToken = default)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        await entryPoint.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        entryPoint.Dispose();
        base.Dispose();
    }

    public override async ValueTask DisposeAsync()
    {
        await entryPoint.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
