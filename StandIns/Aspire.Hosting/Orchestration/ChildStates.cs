using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Shows a child that nothing starts by itself, such as a database, in the state of its parent.</summary>
internal sealed class ChildStates(ResourceNotificationService notifications)
{
    public void Begin(IReadOnlyCollection<IResource> resources, CancellationToken cancellationToken)
    {
        // Who brings an initial state of its own tells the rest itself, too.
        var children = resources.OfType<IResourceWithParent>()
            .Where(c => !Lifecycle.IsStarted(c) && !c.HasAnnotationOfType<ResourceSnapshotAnnotation>())
            .ToLookup(c => c.Parent);
        if (children.Count > 0) _ = Task.Run(() => FollowAsync(children, cancellationToken), CancellationToken.None);
    }

    private async Task FollowAsync(ILookup<IResource, IResourceWithParent> children, CancellationToken cancellationToken)
    {
        await foreach (var change in notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var child in children[change.Resource])
            {
                await notifications.PublishUpdateAsync(child, s => s with
                {
                    State = change.Snapshot.State,
                    StartTimeStamp = change.Snapshot.StartTimeStamp,
                    StopTimeStamp = change.Snapshot.StopTimeStamp,
                }).ConfigureAwait(false);
            }
        }
    }
}
