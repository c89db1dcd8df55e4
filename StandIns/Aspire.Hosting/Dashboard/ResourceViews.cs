using System.Collections;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>Turns snapshots into what the page shows.</summary>
internal sealed class ResourceViews(DistributedApplicationModel model, SecretMask mask)
{
    // Shown in places of their own.
    private static readonly HashSet<string> OwnPlace = [DependencyWait.WaitingForProperty, "resource.exitCode", "resource.state"];

    public ResourceView Create(ResourceEvent change)
    {
        var (resource, snapshot) = (change.Resource, change.Snapshot);
        mask.Learn(snapshot);
        return new()
        {
            Id = change.ResourceId,
            Name = resource.Name,
            Type = snapshot.ResourceType,
            Order = model.Resources.IndexOf(resource),
            Hidden = snapshot.IsHidden,
            IsParameter = resource is ParameterResource,
            Parent = snapshot.Relationships.FirstOrDefault(r => r.Type == KnownRelationshipTypes.Parent)?.ResourceName,
            Source = Safe(ResourceSource.Of(resource, snapshot)),
            Icon = snapshot.IconName,
            State = snapshot.State?.Text,
            Tone = StateTone.Of(snapshot),
            Health = snapshot.HealthReports.IsEmpty ? null : snapshot.HealthStatus?.ToString(),
            ExitCode = snapshot.ExitCode,
            CreatedAt = Utc(snapshot.CreationTimeStamp),
            StartedAt = Utc(snapshot.StartTimeStamp),
            StoppedAt = Utc(snapshot.StopTimeStamp),
            WaitingFor = Text(snapshot.Properties.FirstOrDefault(p => p.Name == DependencyWait.WaitingForProperty))?.Split(", ") ?? [],
            HealthReports = [.. snapshot.HealthReports.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r =>
                new HealthView(r.Name, r.Status?.ToString(), Safe(r.Description), Safe(r.ExceptionText), Utc(r.LastRunAt)))],
            Urls = [.. snapshot.Urls.OrderByDescending(u => u.DisplayProperties.SortOrder).Select(Address)],
            Commands = [.. snapshot.Commands.Where(c => c.State != ResourceCommandState.Hidden).Select(c =>
                new CommandView(
                    c.Name, c.DisplayName, c.DisplayDescription, c.ConfirmationMessage, c.IsHighlighted,
                    c.State == ResourceCommandState.Enabled))],
            Properties = [.. snapshot.Properties.Where(p => !OwnPlace.Contains(p.Name)).Select(p => Value(resource, p))],
            Environment = [.. snapshot.EnvironmentVariables.OrderBy(e => e.Name,
                StringComparer.Ordinal).Select(e => Value(e.Name, e.Value, false))],
            Relationships = [.. snapshot.Relationships.Where(r => r.Type != KnownRelationshipTypes.Parent).Select(
                r => new RelationshipView(r.ResourceName, r.Type))],
            Volumes = [.. snapshot.Volumes.Select(v => new VolumeView(v.Source, v.Target, v.MountType, v.IsReadOnly))],
        };
    }

    private UrlView Address(UrlSnapshot url)
    {
        var address = Safe(url.Url)!;
        var text = url.DisplayProperties.DisplayName is { Length: > 0 } name ? name : address;
        return new(url.Name, text, address, url.IsInternal, url.IsInactive);
    }

    private ValueView Value(IResource resource, ResourcePropertySnapshot property)
    {
        // The value of a secret parameter stands under whatever name; only where it comes from may be told.
        var secret = property.IsSensitive || (resource is ParameterResource { Secret: true } && property.Name != "resource.source");
        return Value(property.Name, Text(property), secret);
    }

    private ValueView Value(string name, string? value, bool secret) => value is { Length: > 0 } && (secret || SecretMask.LooksSecret(name))
        ? new(name, null, Masked: true)
        : new(name, Safe(value), Masked: false);

    private static string? Text(ResourcePropertySnapshot? property) => property?.Value switch
    {
        null => null,
        string text => text,
        IEnumerable items => string.Join(' ', items.Cast<object?>().Select(i => Convert.ToString(i, CultureInfo.InvariantCulture))),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private string? Safe(string? text) => text is null ? null : mask.Apply(text);

    private static DateTime? Utc(DateTime? time) => time is { Kind: DateTimeKind.Unspecified } unspecified
        ? DateTime.SpecifyKind(unspecified, DateTimeKind.Utc)
        : time?.ToUniversalTime();
}
