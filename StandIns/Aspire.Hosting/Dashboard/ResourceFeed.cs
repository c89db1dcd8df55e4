using System.Runtime.CompilerServices;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>All resources at once, then what changes, in batches.</summary>
internal sealed class ResourceFeed(
    DistributedApplicationModel model, ResourceNotificationService notifications, ResourceViews views, SecretMask mask,
    IServiceProvider services, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async IAsyncEnumerable<IReadOnlyList<ResourceView>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var latest = model.Resources.Select(Unpublished).OfType<ResourceEvent>()
            .ToDictionary(e => e.ResourceId, StringComparer.OrdinalIgnoreCase);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changes = notifications.WatchAsync(ended.Token).GetAsyncEnumerator(ended.Token);
        var next = changes.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                // What is known already comes without waiting, so this collects the whole backlog.
                while (next.IsCompleted && await next.ConfigureAwait(false))
                {
                    latest[changes.Current.ResourceId] = changes.Current;
                    next = changes.MoveNextAsync().AsTask();
                }

                await mask.RefreshAsync(cancellationToken).ConfigureAwait(false);
                yield return [.. latest.Values.Select(views.Create)];
                latest.Clear();
                if (!await next.ConfigureAwait(false)) yield break;

                // A resource that starts changes many times in a row; the page need not follow each.
                await Task.Delay(Pause, time, CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            // An iterator may only be disposed between two of its steps.
            await ended.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await changes.DisposeAsync().ConfigureAwait(false);
        }
    }

    public IResource? Find(string name) => notifications.TryGetCurrentState(name, out var known)
        ? known.Resource
        : model.Resources.FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A resource that nothing has been told of yet is shown as it begins.</summary>
    private ResourceEvent? Unpublished(IResource resource) => notifications.TryGetCurrentState(resource.Name, out _)
        ? null
        : new(resource, resource.Name, resource.Complete(resource.InitialSnapshot(), services));
}
