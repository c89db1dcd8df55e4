using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

internal static class Lifecycle
{
    /// <summary>Whether the orchestrator itself starts and stops it.</summary>
    public static bool IsStarted(IResource resource) => resource is ProjectResource or ExecutableResource || resource.IsContainer();

    /// <summary>What a resource needs to be there, so what has to outlive it.</summary>
    public static IEnumerable<IResource> Dependencies(IResource resource)
    {
        var found = resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource)
            .Concat(resource.Annotations.OfType<ResourceRelationshipAnnotation>().Where(r => r.Type == KnownRelationshipTypes.Reference).Select(r => r.Resource))
            .Concat(resource is IResourceWithParent { Parent: { } parent } ? [parent] : []);
        return found.Where(d => !ReferenceEquals(d, resource)).Distinct();
    }
}
