namespace GuacAspire.Provisioner.Draining;

/// <summary>That this machine is to be emptied, as an operator has asked for it.</summary>
/// <param name="Since">When that was.</param>
/// <param name="Until">How long people have.</param>
internal sealed record DrainOrder(DateTimeOffset Since, DateTimeOffset Until);
