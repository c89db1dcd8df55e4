using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

public class DistributedApplicationEventing : IDistributedApplicationEventing
{
    private ImmutableList<(Type Type, DistributedApplicationEventSubscription Subscription)> _subscriptions = [];

    public DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent =>
        Add<T>(new((@event, token) => callback((T)@event, token)));

    public DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent =>
        Add<T>(new DistributedApplicationResourceEventSubscription(resource, (@event, token) =>
            ReferenceEquals(resource, @event.Resource) ? callback((T)@event, token) : Task.CompletedTask));

    public void Unsubscribe(DistributedApplicationEventSubscription subscription) =>
        ImmutableInterlocked.Update(ref _subscriptions, list => list.RemoveAll(s => s.Subscription == subscription));

    public Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default) where T : IDistributedApplicationEvent =>
        PublishAsync(@event, EventDispatchBehavior.BlockingSequential, cancellationToken);

    public Task PublishAsync<T>(T @event, EventDispatchBehavior dispatchBehavior, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent
    {
        var callbacks = _subscriptions.Where(s => s.Type == typeof(T)).Select(s => s.Subscription.Callback).ToArray();
        var concurrent = dispatchBehavior is EventDispatchBehavior.BlockingConcurrent or EventDispatchBehavior.NonBlockingConcurrent;
        var dispatch = () => concurrent ? All() : InTurn();
        if (dispatchBehavior is EventDispatchBehavior.BlockingConcurrent or EventDispatchBehavior.BlockingSequential) return dispatch();

        _ = Task.Run(dispatch, CancellationToken.None);
        return Task.CompletedTask;

        Task All() => Task.WhenAll(callbacks.Select(c => c(@event, cancellationToken)));

        async Task InTurn()
        {
            foreach (var callback in callbacks) await callback(@event, cancellationToken).ConfigureAwait(false);
        }
    }

    private DistributedApplicationEventSubscription Add<T>(DistributedApplicationEventSubscription subscription)
    {
        ImmutableInterlocked.Update(ref _subscriptions, list => list.Add((typeof(T), subscription)));
        return subscription;
    }
}
