using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace AppHost;

/// <summary>
/// Ends this process when its orchestrator has ended, which otherwise nobody tells: services and containers go with the orchestrator, and
/// what is left here would show them as running for ever.
/// </summary>
/// <remarks>On Linux, where a process can be asked what it was started for.</remarks>
internal sealed class OrchestratorWatch(IHostApplicationLifetime lifetime, Ending.Sign end) : EarlyService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var timer = new PeriodicTimer(Interval);
        int? orchestrator = null;
        while (await NextAsync(timer, stoppingToken))
        {
            if (orchestrator is null && (orchestrator = Find()) is { } found)
                end.IsForced = () => IsGone(found);
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

    private static int? Find()
    {
        foreach (var process in Process.GetProcessesByName("dcp"))
        {
            using (process)
            {
                if (IsOurs(process.Id))
                    return process.Id;
            }
        }

        return null;
    }

    // "dcp start-apiserver --monitor ID …", which ends when the process of that number does; with "--detach" it is to start another.
    private static bool IsOurs(int id)
    {
        try
        {
            var words = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{id}/cmdline")).Split('\0');
            var watched = words.SkipWhile(word => word != "--monitor").ElementAtOrDefault(1);
            return words.Contains("start-apiserver") && !words.Contains("--detach")
                && watched == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // One that has ended has no program any more, also before its parent knows of it.
    private static bool IsGone(int id) => new FileInfo($"/proc/{id}/exe").LinkTarget is null;
}
