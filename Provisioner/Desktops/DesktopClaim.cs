namespace GuacAspire.Provisioner.Desktops;

/// <summary>What is known of a desktop before it exists, and must outlive the Provisioner.</summary>
internal sealed record DesktopClaim(
    string Id, string Owner, string Mesh, string FileName, string? IdempotencyKey, DateTimeOffset CreatedAt);
