using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AppHost;

/// <summary>Tells on the console what each resource is doing while the application starts: which image, which step.</summary>
internal sealed partial class Progress(
    ResourceNotificationService notifications, ResourceLoggerService loggers, IHostApplicationLifetime lifetime, ILogger<Progress> logger)
    : EarlyService
{
    private const int TailLength = 12;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, string> _states = new();
    private readonly ConcurrentDictionary<string, string> _lastLines = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _tails = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not of the end: each start that it breaks off has failed then.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await Task.WhenAll(TryAsync(TellStatesAsync, either.Token), TryAsync(TellStepsAsync, either.Token));
    }

    private async Task TryAsync(Func<CancellationToken, Task> tell, CancellationToken stoppingToken)
    {
        try
        {
            await tell(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The application ends.
        }
        catch (Exception e)
        {
            // It runs as well when nobody is told how it starts.
            LogSilent(e);
        }
    }

    private async Task TellStatesAsync(CancellationToken stoppingToken)
    {
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            // Whoever breaks off a start may hear of the end before this does.
            if (lifetime.ApplicationStopping.IsCancellationRequested)
                return;
            var name = change.Resource.Name;
            if (change.Snapshot.IsHidden || change.Resource is ParameterResource or BlenderDesktopResource
                || Describe(change.Snapshot) is not { } state)
                continue;
            if (!_states.TryGetValue(name, out var before))
                _ = TryAsync(token => FollowLogAsync(change.Resource, token), stoppingToken);
            _states[name] = state;
            if (state != before && state != KnownResourceStates.Waiting && state != KnownResourceStates.NotStarted && !IsOlder(before, state))
                Tell(name, state);
            if (state != before && change.Snapshot.ExitCode is not (null or 0) && _tails.TryGetValue(name, out var tail))
                Console.WriteLine(string.Join('\n', tail.Select(line => $"         | {line}")));
        }
    }

    private static string? Describe(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is not { Length: > 0 } state ? null
        : state == KnownResourceStates.Running && snapshot.HealthStatus is { } health ? $"{state}, {health}"
        : snapshot.ExitCode is { } code and not 0 ? $"{state} with exit code {code}"
        : state;

    private async Task FollowLogAsync(IResource resource, CancellationToken stoppingToken)
    {
        await foreach (var lines in loggers.WatchAsync(resource).WithCancellation(stoppingToken))
        {
            var tail = _tails.GetOrAdd(resource.Name, _ => new());
            // What is told at once may be several lines, such as a stack.
            foreach (var line in lines.SelectMany(told => Plain(told.Content).Split('\n')).Where(line => !SaysNothing().IsMatch(line)))
            {
                tail.Enqueue(line);
                _lastLines[resource.Name] = line;
            }

            while (tail.Count > TailLength)
                tail.TryDequeue(out var _);
        }
    }

    /// <summary>Repeats the last line of what takes long, so that nobody has to guess whether it still goes on.</summary>
    private async Task TellStepsAsync(CancellationToken stoppingToken)
    {
        var told = new Dictionary<string, string>();
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (name, state) in _states)
            {
                // The same line with another time in it is no news.
                if (IsSettled(state) || !_lastLines.TryGetValue(name, out var line) || told.GetValueOrDefault(name) == Digits().Replace(line, ""))
                    continue;
                told[name] = Digits().Replace(line, "");
                Tell(name, line.Length > 240 ? line[..240] + "…" : line);
            }
        }
    }

    private static bool IsSettled(string state) =>
        state == KnownResourceStates.Running || state.EndsWith(", Healthy", StringComparison.Ordinal)
            || state.StartsWith(ContainerImageResource.Built, StringComparison.Ordinal) || KnownResourceStates.TerminalStates.Contains(state);

    // An image that is there gets older every minute.
    private static bool IsOlder(string? before, string state) =>
        before?.StartsWith(ContainerImageResource.Built, StringComparison.Ordinal) == true
        && state.StartsWith(ContainerImageResource.Built, StringComparison.Ordinal);

    // Aspire puts a time before each line, and BuildKit the number of the step.
    private static string Plain(string line) => StepOfBuild().Replace(
        line.Split(' ', 2) is [var first, var rest] && DateTimeOffset.TryParse(first, CultureInfo.InvariantCulture, out _) ? rest : line, "");

    [GeneratedRegex(@"^#\d+ (\d+\.\d+ )?")]
    private static partial Regex StepOfBuild();

    // Frames of a stack, ids of containers, and what the orchestrator says of each start; the log in the dashboard has them.
    [GeneratedRegex(@"^\s*$|^\s+at |^\s*---|^[0-9a-f]{64}$|^\[sys\]|^No custom certificate authorities|^DONE|^CACHED")]
    private static partial Regex SaysNothing();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    private void Tell(string name, string what) => Console.WriteLine($"[{_clock.Elapsed.TotalSeconds,5:0}s] {name,-24} {what}");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nothing more is told here of how some of this starts; the dashboard shows it")]
    private partial void LogSilent(Exception exception);
}
