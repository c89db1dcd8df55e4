using System.Globalization;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>The values of the tokens that parameters may hold.</summary>
internal static class TunnelTokens
{
    public static Dictionary<string, string?> Of(
        Session session, ConnectionRow connection, IReadOnlyDictionary<string, string> parameters, int historyId, string? recordings,
        DateTimeOffset now) => new()
        {
            ["GUAC_USERNAME"] = session.Username,
            ["GUAC_PASSWORD"] = session.Password,
            ["GUAC_CLIENT_ADDRESS"] = session.RemoteHost,
            ["GUAC_CLIENT_HOSTNAME"] = session.RemoteHost,
            ["GUAC_DATE"] = now.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
            ["GUAC_TIME"] = now.ToString("HHmmss", CultureInfo.InvariantCulture),
            ["HISTORY_UUID"] = HistoryUuid.OfConnection(historyId),
            // Where guacd may record, as it is found then under the UUID; unknown where nobody looks for it.
            ["HISTORY_PATH"] = recordings,
            ["JDBC_STARTDATE"] = now.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
            ["JDBC_STARTTIME"] = now.ToString("HHmmss", CultureInfo.InvariantCulture),
            ["JDBC_CONNECTION_NAME"] = connection.Name,
            ["JDBC_CONNECTION_ID"] = Identifiers.Text(connection.Id),
            ["JDBC_HOSTNAME"] = parameters.GetValueOrDefault("hostname"),
            ["JDBC_PROTOCOL"] = connection.Protocol,
        };
}
