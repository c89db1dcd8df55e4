using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AppHost;

/// <summary>Runs the application to an end that leaves nothing, whenever somebody ends it.</summary>
internal static class Ending
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(55);

    /// <summary>Starts the application and waits until it is ended.</summary>
    /// <returns>The exit code: 1 where it could not be started, after a line that says why.</returns>
    public static async Task<int> RunToTheEndAsync(this DistributedApplication app)
    {
        await using (app)
        {
            var model = app.Services.GetRequiredService<DistributedApplicationModel>();
            var configuration = app.Services.GetRequiredService<IConfiguration>();
            if (app.Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode)
            {
                await app.RunAsync();
                return Environment.ExitCode;
            }

            Ports.DemandFree(model, configuration);
            var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
            using var saying = lifetime.ApplicationStopping.Register(() => Console.WriteLine("Ending: desktops are saved and removed, then all else…"));
            try
            {
                await app.RunAsync();
                return Environment.ExitCode;
            }
            finally
            {
                // A start that is broken off has started much already, and the host itself would leave all of it.
                if (!lifetime.ApplicationStopped.IsCancellationRequested)
                    await StopAsync(app);
                await Ports.AwaitFreeAsync(model, configuration);
            }
        }
    }

    /// <summary>Says in one line why the application could not be started.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> SayWhyAsync(DistributedApplicationException wrong)
    {
        await Console.Error.WriteLineAsync(wrong.Message);
        return 1;
    }

    private static async Task StopAsync(DistributedApplication app)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await app.StopAsync(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Not everything has ended in time; the orchestrator goes on removing it.");
        }
    }
}
