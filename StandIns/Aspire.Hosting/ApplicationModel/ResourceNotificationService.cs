using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

public class ResourceNotificationService : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _disposing = new();
    private readonly IServiceProvider _services;
    private readonly IHostApplicationLifetime _lifetime;
    private ImmutableList<Channel<ResourceEvent>> _watchers = [];

    public ResourceNotificationService(ILogger<ResourceNotificationService> logger, IHostApplicationLifetime hostApplicationLifetime,
        IServiceProvider serviceProvider, ResourceLoggerService resourceLoggerService)
    {
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentNullException.ThrowIfNull(resourceLoggerService);
        _services = serviceProvider ?? throw new ArgumentNullException(nameof(serviceProvider));
        _lifetime = hostApplicationLifetime ?? throw new ArgumentNullException(nameof(hostApplicationLifetime));
        Loggers = resourceLoggerService;
        DefaultWaitBehavior = serviceProvider.GetService<IOptions<ResourceNotificationServiceOptions>>()?.Value.DefaultWaitBehavior
            ?? WaitBehavior.StopOnResourceUnavailable;
    }

    internal ResourceLoggerService Loggers { get; }

    internal WaitBehavior DefaultWaitBehavior { get; }

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    public async Task<string> WaitForResourceAsync(
        string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = await WaitForResourceAsync(
            resourceName, e => e.Snapshot.State?.Text is { } state && states.Contains(state), cancellationToken)
            .ConfigureAwait(false);
        return found.Snapshot.State!.Text;
    }

    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, _lifetime.ApplicationStopping, _disposing.Token);
        await foreach (var change in WatchAsync(ended.Token).ConfigureAwait(false))
        {
            var concerned = string.Equals(change.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase)
                || string.Equals(change.ResourceId, resourceName, StringComparison.OrdinalIgnoreCase);
            if (concerned && predicate(change)) return change;
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new OperationCanceledException(
            $"The operation was cancelled before the resource '{resourceName}' met the predicate condition.");
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, DefaultWaitBehavior, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var found = await WaitForResourceAsync(resourceName, e => e.Snapshot.HealthStatus == HealthStatus.Healthy
            || (waitBehavior == WaitBehavior.StopOnResourceUnavailable
                && e.Snapshot.IsUnavailable()), cancellationToken).ConfigureAwait(false);
        if (found.Snapshot.HealthStatus != HealthStatus.Healthy)
            throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it failed to start.");

        var ready = await WaitForResourceAsync(
            resourceName, e => e.ResourceId == found.ResourceId && e.Snapshot.ResourceReadyTask is not null,
            cancellationToken).ConfigureAwait(false);
        await ready.Snapshot.ResourceReadyTask!.WaitAsync(cancellationToken).ConfigureAwait(false);
        return ready;
    }

    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken) =>
        new DependencyWait(this, resource).WaitAsync(cancellationToken);

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_lock) return _current.TryGetValue(resourceId, out resourceEvent);
    }

    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>(new() { SingleReader = true });
        lock (_lock)
        {
            foreach (var state in _current.Values) channel.Writer.TryWrite(state);
            _watchers = _watchers.Add(channel);
        }

        try
        {
            while (await Readable(channel, cancellationToken).ConfigureAwait(false))
            {
                while (channel.Reader.TryRead(out var change)) yield return change;
            }
        }
        finally
        {
            lock (_lock) _watchers = _watchers.Remove(channel);
        }

        static async ValueTask<bool> Readable(Channel<ResourceEvent> channel, CancellationToken cancellationToken)
        {
            try
            {
                return await channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(stateFactory);

        lock (_lock)
        {
            var previous = _current.TryGetValue(resourceId, out var known) ? known.Snapshot : resource.InitialSnapshot();
            var next = resource.Complete(stateFactory(previous), _services);
            if (next.State?.Text is { } state && state != previous.State?.Text) next = next.WithTimes(state);
            if (known is not null && next == previous) return Task.CompletedTask;

            var change = new ResourceEvent(resource, resourceId, next);
            _current[resourceId] = change;
            foreach (var watcher in _watchers) watcher.Writer.TryWrite(change);
        }

        return Task.CompletedTask;
    }

    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return PublishUpdateAsync(resource, resource.Name, stateFactory);
    }

    public void Dispose()
    {
        _disposing.Cancel();
        lock (_lock)
        {
            foreach (var watcher in _watchers) watcher.Writer.TryComplete();
        }

        GC.SuppressFinalize(this);
    }
}
