namespace GuacAspire.Provisioner.Desktops;

/// <summary>What is known of a desktop before it exists, and must outlive the Provisioner.</summary>
/// <param name="Id">Which desktop.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Mesh">The mesh's id in the catalogue.</param>
/// <param name="FileName">What the file is called that it opens.</param>
/// <param name="IdempotencyKey">Launches with the same owner and key are the same launch.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="Resume">The save that it goes on with; null for the mesh itself.</param>
internal sealed record DesktopClaim(
    string Id, string Owner, string Mesh, string FileName, string? IdempotencyKey, DateTimeOffset CreatedAt, string? Resume = null);
