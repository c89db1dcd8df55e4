using System.Collections.Immutable;

namespace Aspire.Hosting.ApplicationModel;

internal static class SnapshotExtensions
{
    public static bool IsUnavailable(this CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is { } state
            && (state == KnownResourceStates.RuntimeUnhealthy || KnownResourceStates.TerminalStates.Contains(state));

    public static CustomResourceSnapshot InitialSnapshot(this IResource resource)
    {
        var given = resource.TryGetLastAnnotation<ResourceSnapshotAnnotation>(out var annotation) ? annotation.InitialSnapshot : null;
        var snapshot = given ?? new CustomResourceSnapshot { ResourceType = resource.TypeName(), Properties = [] };
        return snapshot with { CreationTimeStamp = snapshot.CreationTimeStamp ?? DateTime.UtcNow };
    }

    /// <summary>Adds what follows from the model and not from the state: health checks, commands, relationships, the icon.</summary>
    public static CustomResourceSnapshot Complete(this IResource resource, CustomResourceSnapshot snapshot, IServiceProvider services)
    {
        var checks = resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key).Distinct()
            .Where(key => snapshot.HealthReports.All(r => r.Name != key)).Select(key => new HealthReportSnapshot(key, null, null, null))
                .ToArray();
        if (checks.Length > 0) snapshot = snapshot with { HealthReports = snapshot.HealthReports.AddRange(checks) };

        var relationships = resource.Annotations.OfType<ResourceRelationshipAnnotation>()
            .Select(a => new RelationshipSnapshot(a.Resource.Name, a.Type))
            .Concat(resource is IResourceWithParent child ? [new(child.Parent.Name, KnownRelationshipTypes.Parent)] : [])
            .Where(r => !snapshot.Relationships.Contains(r)).Distinct().ToArray();
        if (relationships.Length > 0) snapshot = snapshot with { Relationships = snapshot.Relationships.AddRange(relationships) };

        if (snapshot.IconName is null && resource.TryGetLastAnnotation<ResourceIconAnnotation>(out var icon))
            snapshot = snapshot with { IconName = icon.IconName, IconVariant = icon.IconVariant };

        var context = new UpdateCommandStateContext { ResourceSnapshot = snapshot, ServiceProvider = services };
        var commands = resource.Annotations.OfType<ResourceCommandAnnotation>().DistinctByLast(c => c.Name)
            .Select(c => new ResourceCommandSnapshot(c.Name, c.UpdateState(context), c.DisplayName, c.DisplayDescription, c.Parameter,
                c.ConfirmationMessage, c.IconName, c.IconVariant, c.IsHighlighted)).ToImmutableArray();
        return commands.SequenceEqual(snapshot.Commands) ? snapshot : snapshot with { Commands = commands };
    }

    public static CustomResourceSnapshot WithTimes(this CustomResourceSnapshot snapshot, string state)
    {
        if (state == KnownResourceStates.Running)
            return snapshot with { StartTimeStamp = snapshot.StartTimeStamp ?? DateTime.UtcNow, StopTimeStamp = null };
        return KnownResourceStates.TerminalStates.Contains(state)
            ? snapshot with { StopTimeStamp = snapshot.StopTimeStamp ?? DateTime.UtcNow }
            : snapshot;
    }

    private static string TypeName(this IResource resource) => resource switch
    {
        ProjectResource => "Project",
        ExecutableResource => "Executable",
        ParameterResource => "Parameter",
        _ when resource.IsContainer() => "Container",
        _ => resource.GetType().Name is var name && name.EndsWith("Resource", StringComparison.Ordinal)
            ? name[..^"Resource".Length]
            : resource.GetType().Name,
    };

    private static IEnumerable<T> DistinctByLast<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key) =>
        source.Reverse().DistinctBy(key).Reverse();
}
