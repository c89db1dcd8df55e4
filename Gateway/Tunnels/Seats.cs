namespace GuacAspire.Gateway.Tunnels;

/// <summary>What one tunnel counts against: the user's share and the whole of a connection, and of the group it was balanced by.</summary>
internal sealed record Seats(string Username, int ConnectionId, int? GroupId);
