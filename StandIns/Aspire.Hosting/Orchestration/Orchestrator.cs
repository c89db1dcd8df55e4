using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Brings the application up in the order of its dependencies, and down in the reverse.</summary>
internal sealed partial class Orchestrator(
    DistributedApplicationModel model, OrchestratorParts parts, RunnerServices services, ILogger<Orchestrator> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _ending = new();
    private readonly Dictionary<IResource, ResourceRunner> _runners = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        services.Eventing.Subscribe<BeforeResourceStartedEvent>(
            (e, token) => services.Notifications.WaitForDependenciesAsync(e.Resource, token));

        var resources = model.Resources.ToArray();
        await parts.Leftovers.EndProcessesAsync().ConfigureAwait(false);
        if (resources.Any(r => r.IsContainer()))
        {
            await parts.Engine.RequireAsync(cancellationToken).ConfigureAwait(false);
            await parts.Leftovers.RemoveContainersAsync(cancellationToken).ConfigureAwait(false);
            await parts.Network.CreateAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await parts.Allocator.AllocateAsync(resources, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await parts.Network.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        foreach (var resource in resources.Where(Lifecycle.IsStarted))
        {
            _runners[resource] = new(resource, resource.IsContainer() ? parts.Containers : parts.Processes, services);
            LifecycleCommands.Add(resource, _runners[resource]);
        }

        foreach (var resource in resources) await services.Notifications.PublishUpdateAsync(resource, s => s).ConfigureAwait(false);
        parts.Health.Begin(_ending.Token);
        parts.Children.Begin(resources, _ending.Token);
        await parts.Parameters.ResolveAsync(resources.OfType<ParameterResource>(), cancellationToken).ConfigureAwait(false);

        var started = resources.Select(BeginAsync).ToArray();
        _ = CompleteAsync(started);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        var stops = new Dictionary<IResource, Task>();
        await Task.WhenAll(_runners.Keys.Select(StopInOrder)).ConfigureAwait(false);

        using var patience = new CancellationTokenSource(RemovalPatience);
        try
        {
            await parts.Network.RemoveAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (ContainerEngine.IsAbsence(failure))
        {
            LogNetworkLeft(failure.Message);
        }

        parts.Records.Remove();

        Task StopInOrder(IResource resource)
        {
            if (stops.TryGetValue(resource, out var known)) return known;

            // Whoever depends on it goes first; a circle of waits, which nothing forbids, must not make everybody wait for ever.
            var gone = new TaskCompletionSource();
            stops[resource] = gone.Task;
            var dependents = _runners.Keys.Where(r => r != resource && ShutdownOrder.EndsBefore(r, resource)).Select(StopInOrder).ToArray();
            return stops[resource] = StopAsync(dependents, gone);

            async Task StopAsync(Task[] before, TaskCompletionSource done)
            {
                await Task.WhenAny(Task.WhenAll(before), Task.Delay(Grace, CancellationToken.None)).ConfigureAwait(false);
                try
                {
                    await _runners[resource].StopAsync(Grace, final: true, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception failure)
                {
                    LogStopFailed(resource.Name, failure.Message);
                }
                finally
                {
                    done.TrySetResult();
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (var runner in _runners.Values) runner.Dispose();
        _ending.Dispose();
    }

    private async Task BeginAsync(IResource resource)
    {
        await Task.Yield();
        var token = _ending.Token;
        try
        {
            await services.Eventing.PublishAsync(new InitializeResourceEvent(
                resource, services.Eventing, services.Loggers, services.Notifications, services.Provider), token)
                .ConfigureAwait(false);
            if (_runners.ContainsKey(resource) && resource is IResourceWithEndpoints && resource.HasAnnotationOfType<EndpointAnnotation>())
            {
                await services.Eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services.Provider), token)
                    .ConfigureAwait(false);
                await ResourceUrls.PublishAsync(resource, services, token).ConfigureAwait(false);
            }
            else
            {
                await ResourceUrls.PublishAsync(resource, services, token).ConfigureAwait(false);
            }

            await ConnectionStringAsync(resource, token).ConfigureAwait(false);
            if (!_runners.TryGetValue(resource, out var runner)) return;

            if (resource.HasAnnotationOfType<ExplicitStartupAnnotation>())
                await services.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.NotStarted })
                    .ConfigureAwait(false);
            else
                await (await runner.BeginAsync().ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The application ends before it has begun.
        }
        catch (Exception failure)
        {
            services.Loggers.Write(
                resource, failure is DistributedApplicationException ? failure.Message : failure.ToString(), isError: true);
            LogFailed(resource.Name, failure.Message);
            await services.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.FailedToStart })
                .ConfigureAwait(false);
        }
    }

    private async Task ConnectionStringAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (resource is not IResourceWithConnectionString || resource is ParameterConnectionStringResource) return;
        await services.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, services.Provider), cancellationToken)
            .ConfigureAwait(false);
        if (resource is ConnectionStringResource)
            await services.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Running })
                .ConfigureAwait(false);
    }

    private async Task CompleteAsync(Task[] started)
    {
        await Task.WhenAll(started).ConfigureAwait(false);
        if (!_ending.IsCancellationRequested)
            await services.Eventing.PublishAsync(new AfterResourcesCreatedEvent(services.Provider, model),
                EventDispatchBehavior.NonBlockingSequential).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name} failed to start: {Error}")]
    private partial void LogFailed(string name, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} could not be stopped: {Error}")]
    private partial void LogStopFailed(string name, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The containers' network could not be removed; the next start does it: {Error}")]
    private partial void LogNetworkLeft(string error);
}

internal sealed record OrchestratorParts(
    ContainerEngine Engine, ServiceNetwork Network, EndpointAllocator Allocator, ContainerStarter Containers, ProcessStarter Processes,
    HealthMonitor Health, ChildStates Children, ParameterStates Parameters, Leftovers Leftovers, ProcessRecords Records);
