using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Blender;

/// <summary>How a desktop looks in the dashboard.</summary>
/// <param name="Change">What the provisioner says of it.</param>
/// <param name="Memory">How many bytes it holds; null as long as nobody knows.</param>
/// <param name="OverSince">When it ended; null as long as it lives.</param>
internal sealed record DesktopSnapshot(DesktopChange Change, long? Memory, DateTimeOffset? OverSince)
{
    /// <summary>How long one that has failed stays in sight, with its reason.</summary>
    public static readonly TimeSpan FailureShown = TimeSpan.FromMinutes(10);

    /// <summary>The id by which the provisioner and the portal know it.</summary>
    public const string IdProperty = "desktop.id";

    // The dashboard nests by this property and the resource id in it, not by a relationship.
    private const string ParentProperty = "resource.parentName";

    // The table's own column for a few words about a resource.
    private const string SourceProperty = "resource.source";

    public CustomResourceSnapshot Apply(
        CustomResourceSnapshot snapshot, BlenderDesktopsResource parent, string parentId, DateTimeOffset now) =>
        snapshot with
        {
            ResourceType = "Desktop",
            IconName = "DesktopMac",
            CreationTimeStamp = Change.CreatedAt.UtcDateTime,
            StartTimeStamp = Change.CreatedAt.UtcDateTime,
            StopTimeStamp = OverSince?.UtcDateTime,
            State = State,
            // A resource cannot be removed again, only hidden.
            IsHidden = Change.State == "stopped" || now - OverSince >= FailureShown,
            Urls = Urls(parent.Pages),
            Properties = Properties(parentId, now),
            Relationships = [new(parent.Name, "Parent")],
        };

    /// <summary>The address of a desktop's page; null while nobody knows where pages are.</summary>
    public static string? PageOf(EndpointReference? pages, string id) =>
        pages is { IsAllocated: true } ? $"{pages.Url}/desktops/{id}" : null;

    private ResourceStateSnapshot State => Change.State switch
    {
        "stopped" => new(KnownResourceStates.Finished, KnownResourceStateStyles.Info),
        "failed" => new("Failed", KnownResourceStateStyles.Error),
        "ready" when (Change.SaveFault ?? Change.Warning) is not null => new("Ready", KnownResourceStateStyles.Warn),
        "ready" => new("Ready", KnownResourceStateStyles.Success),
        { Length: > 0 } other => new($"{char.ToUpperInvariant(other[0])}{other[1..]}", KnownResourceStateStyles.Info),
        _ => new(KnownResourceStates.Starting, KnownResourceStateStyles.Info),
    };

    private ImmutableArray<UrlSnapshot> Urls(EndpointReference? pages) => PageOf(pages, Change.Id) is { } page && !Change.IsOver
        ? [new("page", page, IsInternal: false) { DisplayProperties = new("Its page") }]
        : [];

    private ImmutableArray<ResourcePropertySnapshot> Properties(string parentId, DateTimeOffset now)
    {
        var mesh = Change.FileName ?? Change.Mesh;
        var owner = DesktopNames.OwnerKind(Change.Owner);
        var age = DesktopNames.Age((OverSince ?? now) - Change.CreatedAt);
        var memory = Memory is { } bytes && !Change.IsOver ? DesktopNames.Size(bytes) : null;
        var order = 0;
        return
        [
            new(ParentProperty, parentId),
            new(SourceProperty, string.Join(" · ", new[] { owner, age, memory }.OfType<string>())),
            .. new (string Name, string Shown, string? Value)[]
            {
                ("desktop.mesh", "Mesh", mesh),
                ("desktop.owner", "Owner", owner),
                ("desktop.age", "Age", age),
                ("desktop.memory", "Memory", memory),
                ("desktop.message", "Its owner reads", Change.Message),
                ("desktop.saved", "Saved", Time(Change.SavedAt)),
                ("desktop.save-fault", "Not saved", Change.SaveFault),
                ("desktop.warning", "Ends because of", Change.Warning),
                ("desktop.expires", "Ends at the latest", Time(Change.ExpiresAt)),
                (IdProperty, "Desktop", Change.Id),
            }
            .Where(property => property.Value is not null)
            .Select(property => new ResourcePropertySnapshot(property.Name, property.Value)
            {
                DisplayName = property.Shown, IsHighlighted = true, SortOrder = order++,
            }),
        ];
    }

    private static string? Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
