namespace Aspire.Hosting.Dashboard;

/// <summary>A resource as the page gets it: no secret is in it.</summary>
internal sealed record ResourceView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Type { get; init; }

    public required int Order { get; init; }

    public bool Hidden { get; init; }

    public bool IsParameter { get; init; }

    public string? Parent { get; init; }

    public string? Source { get; init; }

    public string? Icon { get; init; }

    public string? State { get; init; }

    public required string Tone { get; init; }

    public string? Health { get; init; }

    public int? ExitCode { get; init; }

    public DateTime? CreatedAt { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime? StoppedAt { get; init; }

    public IReadOnlyList<string> WaitingFor { get; init; } = [];

    public IReadOnlyList<HealthView> HealthReports { get; init; } = [];

    public IReadOnlyList<UrlView> Urls { get; init; } = [];

    public IReadOnlyList<CommandView> Commands { get; init; } = [];

    public IReadOnlyList<ValueView> Properties { get; init; } = [];

    public IReadOnlyList<ValueView> Environment { get; init; } = [];

    public IReadOnlyList<RelationshipView> Relationships { get; init; } = [];

    public IReadOnlyList<VolumeView> Volumes { get; init; } = [];
}

internal sealed record HealthView(string Name, string? Status, string? Description, string? Exception, DateTime? LastRunAt);

internal sealed record UrlView(string? Name, string Text, string Url, bool Internal, bool Inactive);

internal sealed record CommandView(
    string Name, string DisplayName, string? Description, string? Confirmation, bool Highlighted, bool Enabled);

internal sealed record ValueView(string Name, string? Value, bool Masked);

internal sealed record RelationshipView(string Resource, string Type);

internal sealed record VolumeView(string? Source, string Target, string Type, bool ReadOnly);
