using System.Collections.Concurrent;

namespace GuacAspire.Provisioner.Stopping;

/// <summary>Work that outlives the request that asked for it. A host that stops lets it finish.</summary>
internal sealed partial class BackgroundWork(ILogger<BackgroundWork> logger) : IHostedService
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();

    public void Run(Func<Task> work)
    {
        var task = Task.Run(async () =>
        {
            try
            {
                await work();
            }
            catch (Exception e)
            {
                LogLost(e);
            }
        });
        _running.TryAdd(task, 0);
        task.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_running.Keys).WaitAsync(cancellationToken);

    [LoggerMessage(LogLevel.Error, "Work in the background failed")]
    private partial void LogLost(Exception exception);
}
