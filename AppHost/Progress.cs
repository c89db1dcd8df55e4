using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace AppHost;

/// <summary>Tells on the console what each resource is doing while the application starts: which image, which step.</summary>
internal sealed class Progress(ResourceNotificationService notifications, ResourceLoggerService loggers) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, string> _states = new();
    private readonly ConcurrentDictionary<string, string> _lastLines = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            _ = TellStepsAsync(stoppingToken);
            await foreach (var change in notifications.WatchAsync(stoppingToken))
            {
                if (change.Snapshot.IsHidden || change.Resource is ParameterResource || change.Resource is BlenderDesktopResource)
                    continue;
                var name = change.Resource.Name;
                var state = Describe(change.Snapshot);
                if (state is null || (_states.TryGetValue(name, out var before) && before == state))
                    continue;
                if (!_states.ContainsKey(name))
                    _ = FollowLogAsync(change.Resource, stoppingToken);
                _states[name] = state;
                if (state is not "Waiting" and not "NotStarted")
                    Tell(name, state);
            }
        }
        catch (OperationCanceledException)
        {
            // The application ends.
        }
    }

    private static string? Describe(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is not { } state ? null
        : state == KnownResourceStates.Running && snapshot.HealthStatus is { } health ? $"{state}, {health}"
        : snapshot.ExitCode is { } code and not 0 ? $"{state} with exit code {code}"
        : state;

    private async Task FollowLogAsync(IResource resource, CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var lines in loggers.WatchAsync(resource).WithCancellation(stoppingToken))
                _lastLines[resource.Name] = lines[^1].Content;
        }
        catch (OperationCanceledException)
        {
            // The application ends.
        }
    }

    /// <summary>Repeats the last line of what takes long, so that nobody has to guess whether it still goes on.</summary>
    private async Task TellStepsAsync(CancellationToken stoppingToken)
    {
        var told = new Dictionary<string, string>();
        using var timer = new PeriodicTimer(Interval);
        while (!stoppingToken.IsCancellationRequested && await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(tick => tick.IsCompletedSuccessfully && tick.Result, TaskScheduler.Default))
        {
            foreach (var (name, state) in _states)
            {
                if (state.StartsWith(KnownResourceStates.Running, StringComparison.Ordinal) && !state.EndsWith("Unhealthy", StringComparison.Ordinal))
                    continue;
                if (KnownResourceStates.TerminalStates.Contains(state) || !_lastLines.TryGetValue(name, out var line) || told.GetValueOrDefault(name) == line)
                    continue;
                told[name] = line;
                Tell(name, line.Length > 140 ? line[..140] + "…" : line);
            }
        }
    }

    private void Tell(string name, string what) => Console.WriteLine($"[{_clock.Elapsed.TotalSeconds,5:0}s] {name,-24} {what}");
}
