using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Blender;

/// <summary>Follows the provisioner's events, shows each desktop as a resource, and has all of them saved and removed at the end.</summary>
internal sealed partial class LiveDesktops(
    BlenderDesktopsResource desktops, EndpointReference provisioner, ParameterResource key,
    ResourceNotificationService notifications, ResourceLoggerService loggers, ILogger<LiveDesktops> logger)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>How long saving and removing every desktop may take.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, BlenderDesktopResource> _known = new();

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
        if (!notifications.TryGetCurrentState(provisioner.Resource.Name, out var state)
            || state.Snapshot.State?.Text != KnownResourceStates.Running)
            return;
        try
        {
            using var client = await CreateClientAsync(cancellationToken).ConfigureAwait(false);
            client.Timeout = ShutdownTimeout;
            using var answer = await client.PostAsync(new Uri("shutdown", UriKind.Relative), content: null, cancellationToken)
                .ConfigureAwait(false);
            answer.EnsureSuccessStatusCode();
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
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
        using var client = await CreateClientAsync(cancellationToken).ConfigureAwait(false);
        client.Timeout = Timeout.InfiniteTimeSpan;
        var stream = await client.GetStreamAsync(new Uri("desktops/changes", UriKind.Relative), cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await ShowSelfAsync(KnownResourceStates.Running).ConfigureAwait(false);
            var events = SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<DesktopChange>(data, JsonSerializerOptions.Web));
            await foreach (var item in events.EnumerateAsync(cancellationToken).ConfigureAwait(false))
            {
                if (item.Data is { } change)
                    await ShowAsync(change).ConfigureAwait(false);
            }
        }
    }

    private Task ShowSelfAsync(string state) => notifications.PublishUpdateAsync(desktops, snapshot => snapshot with { State = state });

    private async Task ShowAsync(DesktopChange change)
    {
        var isNew = false;
        var resource = _known.GetOrAdd(change.Id, id =>
        {
            isNew = true;
            return new BlenderDesktopResource($"{desktops.Name}-{id}", desktops);
        });
        if (isNew && change.IsOver)
            return;

        await notifications.PublishUpdateAsync(resource, snapshot => snapshot with
        {
            ResourceType = "BlenderDesktop",
            CreationTimeStamp = change.CreatedAt.UtcDateTime,
            StartTimeStamp = change.ReadyAt?.UtcDateTime,
            StopTimeStamp = change.IsOver ? DateTime.UtcNow : null,
            State = State(change),
            // A resource cannot be removed again, only hidden.
            IsHidden = change.IsOver,
            Properties = [new("mesh", change.Mesh), new("owner", change.Owner)],
            Relationships = [new(desktops.Name, "Parent")],
        }).ConfigureAwait(false);
        var log = loggers.GetLogger(resource);
        if (change.Message is { } message && log.IsEnabled(LogLevel.Information))
            LogProgress(log, change.State, message);
        if (change.IsOver)
            _known.TryRemove(change.Id, out _);
    }

    private static ResourceStateSnapshot State(DesktopChange change) => change.State switch
    {
        "ready" => new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
        "saving" => new(KnownResourceStates.Stopping, KnownResourceStateStyles.Info),
        "stopped" => new(KnownResourceStates.Finished, KnownResourceStateStyles.Info),
        "failed" => new(KnownResourceStates.Exited, KnownResourceStateStyles.Error),
        _ => new(KnownResourceStates.Starting, KnownResourceStateStyles.Info),
    };

    private async Task<HttpClient> CreateClientAsync(CancellationToken cancellationToken)
    {
        var client = new HttpClient { BaseAddress = new Uri(provisioner.Url + "/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", await key.GetValueAsync(cancellationToken).ConfigureAwait(false));
        return client;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{State}: {Progress}")]
    private static partial void LogProgress(ILogger logger, string state, string progress);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The provisioner's events broke off ({Reason}); asking again.")]
    private static partial void LogFollowFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The provisioner's desktops could not be shown; asking again.")]
    private static partial void LogShowFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Not every desktop could be saved and removed ({Reason}). They run on, and the next start adopts them.")]
    private static partial void LogShutdownFailed(ILogger logger, string reason);
}
