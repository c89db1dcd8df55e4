using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

internal static class ShutdownOrder
{
    /// <summary>
    /// Whether one has to end before the other: it waited for the other, or refers to it and not the other way round as well.
    /// </summary>
    public static bool EndsBefore(IResource one, IResource other) =>
        Reaches(one, other, Needed) || (Reaches(one, other, Known) && !Reaches(other, one, Known));

    // Through resources that nothing runs: a portal needs a database, and so the server that holds it.
    private static bool Reaches(IResource from, IResource to, Func<IResource, IEnumerable<IResource>> edges)
    {
        var seen = new HashSet<IResource> { from };
        var open = new Stack<IResource>(edges(from));
        while (open.TryPop(out var next))
        {
            if (ReferenceEquals(next, to)) return true;
            if (!seen.Add(next)) continue;
            foreach (var further in edges(next)) open.Push(further);
        }

        return false;
    }

    private static IEnumerable<IResource> Needed(IResource resource) =>
        resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource)
        .Concat(resource is IResourceWithParent { Parent: { } parent } ? [parent] : []);

    private static IEnumerable<IResource> Known(IResource resource) => Needed(resource).Concat(
        resource.Annotations.OfType<ResourceRelationshipAnnotation>().Where(r => r.Type == KnownRelationshipTypes.Reference)
            .Select(r => r.Resource));
}
