namespace Aspire.Hosting.Blender;

/// <summary>What the provisioner says of a desktop, as far as the model shows it.</summary>
internal sealed record DesktopChange(
    string Id, string Owner, string Mesh, string State, string? Message, DateTimeOffset CreatedAt, DateTimeOffset? ReadyAt)
{
    public bool IsOver => State is "stopped" or "failed";
}
