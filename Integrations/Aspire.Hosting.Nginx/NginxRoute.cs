namespace Aspire.Hosting.ApplicationModel;

/// <summary>One path that nginx forwards.</summary>
/// <param name="Path">Begins and ends with a slash.</param>
/// <param name="Address">Where to.</param>
/// <param name="Tunnel">Whether long-lived WebSockets and streams, with tokens in their queries, pass here.</param>
/// <param name="Replaced">Whether the address has a path of its own that stands in the place of <paramref name="Path"/>.</param>
internal sealed record NginxRoute(string Path, ReferenceExpression Address, bool Tunnel, bool Replaced);
