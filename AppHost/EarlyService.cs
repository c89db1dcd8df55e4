using Microsoft.Extensions.Hosting;

namespace AppHost;

/// <summary>
/// Works from the first moment of the application's start to the last of its end. The orchestrator's own start is over only when everything
/// in the model has started, and a service of the ordinary kind would begin after that: too late to tell of it, or to mend anything.
/// </summary>
internal abstract class EarlyService : BackgroundService, IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => base.StartAsync(cancellationToken);

    public override Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
