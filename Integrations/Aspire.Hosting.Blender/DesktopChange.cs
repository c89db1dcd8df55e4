namespace Aspire.Hosting.Blender;

/// <summary>What the provisioner says of a desktop, as far as the model shows it.</summary>
internal sealed record DesktopChange(
    string Id, string Owner, string Mesh, string State, string? Message, DateTimeOffset CreatedAt, DateTimeOffset? SavedAt = null,
    DateTimeOffset? ExpiresAt = null, string? Warning = null, string? SaveFault = null, string? FileName = null)
{
    public bool IsOver => State is "stopped" or "failed";
}
