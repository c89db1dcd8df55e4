namespace Guacamole.Client;

/// <summary>What a login yields.</summary>
/// <param name="AuthToken">The token. Whoever has it is that user until it expires or is signed out.</param>
/// <param name="Username">The user's name as Guacamole spells it; empty for an anonymous one.</param>
/// <param name="DataSource">The data source that knows this user.</param>
/// <param name="AvailableDataSources">All data sources that this user can work on.</param>
public sealed record GuacamoleLogin(string AuthToken, string Username, string DataSource, IReadOnlyList<string> AvailableDataSources);
