using Microsoft.Extensions.Hosting;

namespace AppHost;

/// <summary>
/// Ends this process when its orchestrator has ended, which otherwise nobody tells: services and containers go with the orchestrator, and
/// what is left here would show them as running for ever.
/// </summary>
internal sealed class OrchestratorWatch(IHostApplicationLifetime lifetime, Ending.Sign end) : EarlyService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        Orchestrator? orchestrator = null;
        while (await NextAsync(timer, stoppingToken))
        {
            if (orchestrator is null && (orchestrator = Orchestrator.Find()) is { } found)
                end.IsForced = () => found.IsGone;
            if (orchestrator is null || !end.IsForced() || lifetime.ApplicationStopping.IsCancellationRequested)
                continue;
            await Console.Error.WriteLineAsync(
                "The orchestrator has ended, and with it everything but the desktops, which go on. Start again: they are found there.");
            // Not by the host's own end, which would ask an orchestrator that is gone, and stop the desktops.
            Environment.Exit(1);
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The application ends.
            return false;
        }
    }
}
