using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Guacamole;

internal static class LogicalResourceState
{
    /// <summary>Shows a resource that nothing runs by itself in the state of the one that does its work.</summary>
    public static IResourceBuilder<T> WithStateOf<T>(this IResourceBuilder<T> builder, IResource? worker) where T : IResource
    {
        builder.WithInitialState(new CustomResourceSnapshot
        {
            ResourceType = typeof(T).Name.Replace("Resource", "", StringComparison.Ordinal),
            CreationTimeStamp = DateTime.UtcNow,
            State = worker is null ? KnownResourceStates.Running : KnownResourceStates.Waiting,
            Properties = [],
        });
        if (worker is null)
            return builder;
        return builder.WithReferenceRelationship(worker).OnInitializeResource((resource, started, cancellationToken) =>
        {
            _ = FollowAsync(resource, worker, started.Notifications, cancellationToken);
            return Task.CompletedTask;
        });
    }

    private static async Task FollowAsync(
        IResource resource, IResource worker, ResourceNotificationService notifications, CancellationToken cancellationToken)
    {
        await foreach (var change in notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change.Resource != worker)
                continue;
            await notifications.PublishUpdateAsync(resource, state => state with
            {
                State = change.Snapshot.State,
                StartTimeStamp = change.Snapshot.StartTimeStamp,
                StopTimeStamp = change.Snapshot.StopTimeStamp,
                ExitCode = change.Snapshot.ExitCode,
            }).ConfigureAwait(false);
        }
    }
}
