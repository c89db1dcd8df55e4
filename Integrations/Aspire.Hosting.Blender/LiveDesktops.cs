using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Blender;

/// <summary>Follows the provisioner's events, shows each desktop as a resource, and has all of them saved and removed at the end.</summary>
internal sealed partial class LiveDesktops(
    BlenderDesktopsResource desktops, EndpointReference provisioner, ParameterResource key,
    ResourceNotificationService notifications, ResourceLoggerService loggers, TimeProvider time, ILogger<LiveDesktops> logger)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>How long saving and removing every desktop may take.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private readonly ProvisionerCalls _calls = new(provisioner, key);
    private bool _isOver;

    // Whatever has ever been shown: a resource cannot be forgotten, nor another take its place.
    private readonly ConcurrentDictionary<string, Shown> _shown = new();

    /// <inheritdoc/>
    /// <remarks>The orchestrator's start ends only when all that waits has started, and desktops may be there long before.</remarks>
    public Task StartingAsync(CancellationToken cancellationToken) => base.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    /// <remarks>Before anything stops: the provisioner is needed, and Guacamole and its database by that.</remarks>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken).ConfigureAwait(false);
        // A host may be stopped twice, and by then nobody answers.
        if (Interlocked.Exchange(ref _isOver, true) || !notifications.TryGetCurrentState(provisioner.Resource.Name, out var state)
            || state.Snapshot.State?.Text != KnownResourceStates.Running)
            return;
        try
        {
            using var client = await _calls.CreateClientAsync(cancellationToken).ConfigureAwait(false);
            client.Timeout = ShutdownTimeout;
            using var answer = await client.PostAsync(new Uri("shutdown", UriKind.Relative), content: null, cancellationToken)
                .ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                LogShutdownFailed(logger, await ProvisionerCalls.ReadRefusalAsync(answer, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or OperationCanceledException)
        {
            LogShutdownFailed(logger, error.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await notifications.WaitForResourceAsync(provisioner.Resource.Name, KnownResourceStates.Running, stoppingToken)
                    .ConfigureAwait(false);
                await FollowAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is HttpRequestException or IOException or JsonException or OperationCanceledException)
            {
                LogFollowFailed(logger, error.Message);
            }
            catch (Exception error)
            {
                // What cannot be shown must not end the application.
                LogShowFailed(logger, error);
            }

            await ShowSelfAsync(KnownResourceStates.Waiting).ConfigureAwait(false);
            await Task.Delay(Retry, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var client = await _calls.CreateClientAsync(cancellationToken).ConfigureAwait(false);
        client.Timeout = Timeout.InfiniteTimeSpan;
        await HideGoneAsync(client, cancellationToken).ConfigureAwait(false);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] streams =
        [
            FollowAsync<DesktopChange>(client, "desktops/changes", ShowAsync, either.Token),
            FollowAsync<Dictionary<string, long>>(client, "desktops/memory", ShowMemoryAsync, either.Token),
        ];
        var first = await Task.WhenAny(streams).ConfigureAwait(false);
        // Both break off when the provisioner does; one alone would never be asked for again.
        await either.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(streams).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    private async Task FollowAsync<T>(HttpClient client, string path, Func<T, Task> show, CancellationToken cancellationToken)
    {
        var stream = await client.GetStreamAsync(new Uri(path, UriKind.Relative), cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await ShowSelfAsync(KnownResourceStates.Running).ConfigureAwait(false);
            var events = SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<T>(data, JsonSerializerOptions.Web));
            await foreach (var item in events.EnumerateAsync(cancellationToken).ConfigureAwait(false))
            {
                if (item.Data is { } data)
                    await show(data).ConfigureAwait(false);
            }
        }
    }

    private Task ShowSelfAsync(string state) => notifications.PublishUpdateAsync(desktops, snapshot => snapshot with { State = state });

    /// <summary>A provisioner that was away may have forgotten a desktop without a word.</summary>
    private async Task HideGoneAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var before = _shown.Values.Where(shown => !shown.Change.IsOver).ToArray();
        if (before.Length == 0)
            return;
        var there = await client.GetFromJsonAsync<DesktopChange[]>("desktops", cancellationToken).ConfigureAwait(false) ?? [];
        foreach (var gone in before.Where(shown => there.All(desktop => desktop.Id != shown.Resource.Id)))
            await ShowAsync(gone.Change with { State = "stopped" }).ConfigureAwait(false);
    }

    private async Task ShowAsync(DesktopChange change)
    {
        if (!_shown.TryGetValue(change.Id, out var shown))
        {
            if (change.IsOver)
                return;
            _shown[change.Id] = shown = new(NewResource(change), change);
        }

        shown.Change = change;
        shown.OverSince = change.IsOver ? shown.OverSince ?? time.GetUtcNow() : null;
        await PublishAsync(shown).ConfigureAwait(false);
        var log = loggers.GetLogger(shown.Resource);
        if (change.Message is { } message && log.IsEnabled(LogLevel.Information))
            LogProgress(log, change.State, message);
    }

    // One name belongs to one resource for as long as the application runs.
    private BlenderDesktopResource NewResource(DesktopChange change)
    {
        var name = DesktopNames.NameOf(change);
        if (_shown.Values.Any(other => other.Resource.Name == name))
            name = DesktopNames.LongNameOf(change);
        var resource = new BlenderDesktopResource(name, change.Id, desktops);
        new DesktopCommands(_calls).AddTo(resource);
        return resource;
    }

    private async Task ShowMemoryAsync(Dictionary<string, long> memory)
    {
        // Each time all that are in sight, since all of them have grown older.
        foreach (var shown in _shown.Values.Where(shown => !shown.IsPast(time.GetUtcNow())))
        {
            shown.Memory = memory.TryGetValue(shown.Resource.Id, out var bytes) ? bytes : null;
            await PublishAsync(shown).ConfigureAwait(false);
        }
    }

    private Task PublishAsync(Shown shown)
    {
        var parent = notifications.TryGetCurrentState(desktops.Name, out var state) ? state.ResourceId : desktops.Name;
        return notifications.PublishUpdateAsync(
            shown.Resource, snapshot => shown.Snapshot.Apply(snapshot, desktops, parent, time.GetUtcNow()));
    }

    /// <summary>What the two streams have told; each writes only what is its own, and whoever publishes takes the newest of both.</summary>
    private sealed class Shown(BlenderDesktopResource resource, DesktopChange change)
    {
        public BlenderDesktopResource Resource { get; } = resource;

        public DesktopChange Change { get; set; } = change;

        public DateTimeOffset? OverSince { get; set; }

        public long? Memory { get; set; }

        public DesktopSnapshot Snapshot => new(Change, Memory, OverSince);

        /// <summary>Whether it has been hidden for good; a round more hides what has just come of age.</summary>
        public bool IsPast(DateTimeOffset now) => Change.State == "stopped" || now - OverSince > 2 * DesktopSnapshot.FailureShown;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{State}: {Progress}")]
    private static partial void LogProgress(ILogger logger, string state, string progress);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The provisioner's events broke off ({Reason}); asking again.")]
    private static partial void LogFollowFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The provisioner's desktops could not be shown; asking again.")]
    private static partial void LogShowFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Not every desktop could be saved and removed; what runs on is adopted at the next start. {Reason}")]
    private static partial void LogShutdownFailed(ILogger logger, string reason);
}
