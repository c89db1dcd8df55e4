using System.Collections.Concurrent;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Gateway.JsonUsers;

/// <summary>Where tunnels of JSON users lead, and which of their connections run and can be joined.</summary>
internal sealed class JsonConnections(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Tunnel> _running = new();

    public ResolvedTarget Resolve(Session session, TunnelRequest request)
    {
        if (request is { Target: TunnelTarget.Group, Id: Identifiers.Root })
            throw GuacamoleException.Denied();
        var connection = request.Target == TunnelTarget.Connection ? session.Brought?.Find(request.Id, time.GetUtcNow()) : null;
        if (connection is null)
            throw GuacamoleException.Missing("Requested tunnel destination does not exist.");
        if (!session.Brought!.TryTake(request.Id, connection))
            throw GuacamoleException.Denied();
        var joined = connection.Join is null ? null : Running(connection.Join) ?? throw GuacamoleException.Missing("No such connection");
        return new ResolvedTarget([new ConnectionRow { Name = request.Id, Protocol = connection.Protocol ?? "" }])
        {
            Parameters = connection.Parameters ?? [],
            SharedFrom = joined,
            Joins = joined?.Guacd.Id,
            Opened = connection.Id is { } id ? tunnel => Track(id, tunnel) : null,
        };
    }

    private Tunnel? Running(string id) => _running.TryGetValue(id, out var tunnel) && !tunnel.Closing.IsCompleted ? tunnel : null;

    /// <summary>The last one with an id is the one that can be joined.</summary>
    private void Track(string id, Tunnel tunnel)
    {
        _running[id] = tunnel;
        _ = ForgetAsync();

        async Task ForgetAsync()
        {
            await tunnel.Closing;
            _running.TryRemove(new KeyValuePair<string, Tunnel>(id, tunnel));
        }
    }
}
