using Dapper;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Guacd;
using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>From a request to an open tunnel: session, permission, limits, history, guacd.</summary>
internal sealed class TunnelOpener(
    GatewayOptions options, Database database, SessionStore sessions, SeatLimiter seats, TunnelRegistry registry, TunnelTargets targets,
    TunnelHistory history, TimeProvider time)
{
    public async Task<Tunnel> OpenAsync(TunnelRequest request, Action<string> phase, CancellationToken cancel)
    {
        var session = sessions.Find(request.Token) ?? throw GuacamoleException.NoSession();
        if (!session.DataSources.Contains(request.DataSource))
            throw GuacamoleException.Missing($"Session not associated with authentication provider \"{request.DataSource}\".");
        var target = await targets.ResolveAsync(session, request, cancel);
        phase("tunnel.authorized");

        if (target.SharedFrom is not null || target.IsExternal)
            return await ConnectAsync(session, request, target, target.Candidates[0], null, false, phase, cancel);
        var candidates = target.Candidates.ToList();
        for (var failedOver = false; ; failedOver = true)
        {
            // The failover-only flag concerns balancing; who names the connection itself means it.
            var (connection, taken) = seats.Acquire(session.Username, candidates, target.Group, failedOver || target.Group is null);
            try
            {
                var tunnel = await ConnectAsync(session, request, target, connection, taken, candidates.Count > 1, phase, cancel);
                if (target.Group is { EnableSessionAffinity: true })
                    session.Prefer(connection.Id);
                return tunnel;
            }
            catch (GuacamoleException e)
            {
                seats.Release(taken);
                candidates.Remove(connection);
                if (target.Group is null || !e.TunnelStatus.IsUpstream)
                    throw;
                if (candidates.Count == 0)
                    throw GuacamoleException.Of(
                        GuacamoleStatus.ResourceConflict, "Cannot connect. All upstream connections are unavailable.", e);
            }
            catch
            {
                seats.Release(taken);
                throw;
            }
        }
    }

    private async Task<Tunnel> ConnectAsync(
        Session session, TunnelRequest request, ResolvedTarget target, ConnectionRow connection, Seats? taken, bool mayFailOver,
        Action<string> phase, CancellationToken cancel)
    {
        var parameters = target.Parameters ?? await ParametersAsync(connection, target.Profile, cancel);
        var (row, external) = (0, 0);
        GuacdConnection? guacd = null;
        try
        {
            if (target is { SharedFrom: not null, IsExternal: false })
                external = await history.BeginAsync(session, connection, null, isExternal: true, cancel);
            // The row comes first, because its id makes the UUID that parameters may mention.
            if (!target.IsExternal || options.Accounts.TrackExternal)
                row = await history.BeginAsync(session, connection, target.Profile, target.IsExternal, cancel);
            phase("history.recorded");
            guacd = await GuacdConnection.OpenAsync(Address(connection), cancel);
            phase("guacd.connected");
            var started = time.GetLocalNow();
            var filled = ParameterTokens.Fill(
                parameters, TunnelTokens.Of(session, connection, parameters, row, options.RecordingPath, started));
            var client = request.Client with { Name = session.Username };
            await guacd.HandshakeAsync(new GuacdRequest(target.Joins ?? connection.Protocol, filled, client), phase, cancel);
            phase("guacd.ready");
            if (mayFailOver)
                await guacd.ReachDesktopAsync(cancel);
            var tunnel = new Tunnel(row, session, connection, guacd, started)
            {
                Seats = taken,
                SharingProfile = target.Profile,
                SharedFrom = target.SharedFrom,
                Share = target.Share,
                ExternalHistoryId = external,
            };
            registry.Add(tunnel);
            target.Opened?.Invoke(tunnel);
            return tunnel;
        }
        catch
        {
            guacd?.Dispose();
            await Task.WhenAll(history.ForgetAsync(row), history.ForgetAsync(external));
            throw;
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> ParametersAsync(
        ConnectionRow connection, SharingProfileRow? profile, CancellationToken cancel)
    {
        await using var open = await database.OpenAsync(cancel);
        var rows = await open.QueryAsync<(string Name, string Value)>(
            profile is null
                ? "SELECT parameter_name, parameter_value FROM guacamole_connection_parameter WHERE connection_id = @id"
                : "SELECT parameter_name, parameter_value FROM guacamole_sharing_profile_parameter WHERE sharing_profile_id = @id",
            new { id = profile?.Id ?? connection.Id });
        return rows.ToDictionary(row => row.Name, row => row.Value);
    }

    private GuacdAddress Address(ConnectionRow connection) => new(
        connection.ProxyHostname ?? options.Guacd.Host,
        connection.ProxyPort ?? options.Guacd.Port,
        connection.ProxyEncryptionMethod is null ? options.Guacd.Tls : connection.ProxyEncryptionMethod == "SSL");
}
