using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Orchestration;

internal static class ResourceUrls
{
    /// <summary>Shows where a resource is reached: its endpoints, and what the model adds or renames.</summary>
    public static async Task PublishAsync(IResource resource, RunnerServices services, CancellationToken cancellationToken)
    {
        var urls = resource.Annotations.OfType<ResourceUrlAnnotation>()
            .Select(u => new ResourceUrlAnnotation { Url = u.Url, DisplayText = u.DisplayText, DisplayOrder = u.DisplayOrder, Endpoint = u.Endpoint, DisplayLocation = u.DisplayLocation })
            .ToList();
        if (resource is IResourceWithEndpoints owner)
        {
            urls.AddRange(owner.GetEndpoints().Where(e => e.IsAllocated).Select(e => new ResourceUrlAnnotation
            {
                // The name that a browser keeps its cookies under, and that people know.
                Url = $"{e.Scheme}://localhost:{e.Port}",
                Endpoint = e,
            }));
        }

        var context = new ResourceUrlsCallbackContext(
            services.Provider.GetRequiredService<DistributedApplicationExecutionContext>(), resource, urls, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>().ToArray())
            await annotation.Callback(context).ConfigureAwait(false);
        if (context.Urls.Count == 0) return;

        var started = Lifecycle.IsStarted(resource);
        await services.Notifications.PublishUpdateAsync(resource, s => s with
        {
            Urls =
            [
                .. context.Urls.Select(
                    u => new UrlSnapshot(u.Endpoint?.EndpointName, Absolute(u), u.DisplayLocation == UrlDisplayLocation.DetailsOnly)
                {
                    IsInactive = started && s.State?.Text != KnownResourceStates.Running,
                    DisplayProperties = new(u.DisplayText ?? "", u.DisplayOrder ?? 0),
                }),
            ],
        }).ConfigureAwait(false);
    }

    private static string Absolute(ResourceUrlAnnotation url) => url.Url.StartsWith('/') && url.Endpoint is { IsAllocated: true } endpoint
        ? $"{endpoint.Scheme}://localhost:{endpoint.Port}{url.Url}" : url.Url;
}
