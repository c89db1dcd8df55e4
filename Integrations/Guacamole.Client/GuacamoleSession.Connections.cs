using Guacamole.Client.Serialization;

namespace Guacamole.Client;

public sealed partial class GuacamoleSession
{
    /// <summary>Lists connections, without their parameters.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Connections by identifier.</returns>
    public async Task<IReadOnlyDictionary<string, GuacamoleConnection>> ListConnectionsAsync(
        CancellationToken cancellationToken = default) =>
        await GetAsync($"{_data}/connections", GuacamoleJson.Default.DictionaryStringGuacamoleConnection, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Gets a connection, without its parameters.</summary>
    /// <param name="identifier">The connection.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The connection.</returns>
    public Task<GuacamoleConnection> GetConnectionAsync(string identifier, CancellationToken cancellationToken = default) =>
        GetAsync(ConnectionPath(identifier), GuacamoleJson.Default.GuacamoleConnection, cancellationToken);

    /// <summary>Gets a connection's parameters, secrets among them; needs the permission to update it.</summary>
    /// <param name="identifier">The connection.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Parameters by name.</returns>
    public async Task<IReadOnlyDictionary<string, string?>> GetConnectionParametersAsync(
        string identifier, CancellationToken cancellationToken = default) =>
        await GetAsync($"{ConnectionPath(identifier)}/parameters", GuacamoleJson.Default.DictionaryStringString, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Creates a connection.</summary>
    /// <param name="connection">The connection; its name must be free in its group.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The connection with its new identifier.</returns>
    public Task<GuacamoleConnection> CreateConnectionAsync(GuacamoleConnection connection, CancellationToken cancellationToken = default) =>
        SendAsync(
            HttpMethod.Post,
            $"{_data}/connections",
            connection,
            GuacamoleJson.Default.GuacamoleConnection,
            GuacamoleJson.Default.GuacamoleConnection,
            cancellationToken);

    /// <summary>Replaces a connection's name, group, and all of its parameters and attributes.</summary>
    /// <param name="connection">The connection, with its identifier.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When it is done.</returns>
    public Task UpdateConnectionAsync(GuacamoleConnection connection, CancellationToken cancellationToken = default) =>
        SendAsync(
            HttpMethod.Put,
            ConnectionPath(connection.Identifier ?? throw new ArgumentException("The connection has no identifier.", nameof(connection))),
            connection,
            GuacamoleJson.Default.GuacamoleConnection,
            cancellationToken);

    /// <summary>Deletes a connection. A tunnel that is open to it goes on.</summary>
    /// <param name="identifier">The connection.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When it is done.</returns>
    public Task DeleteConnectionAsync(string identifier, CancellationToken cancellationToken = default) =>
        DeleteAsync(ConnectionPath(identifier), cancellationToken);

    /// <summary>Lists the connections in use at this moment.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Active connections by identifier, which is also that of their tunnel.</returns>
    public async Task<IReadOnlyDictionary<string, GuacamoleActiveConnection>> ListActiveConnectionsAsync(
        CancellationToken cancellationToken = default) =>
        await GetAsync(
            $"{_data}/activeConnections", GuacamoleJson.Default.DictionaryStringGuacamoleActiveConnection,
            cancellationToken).ConfigureAwait(false);

    /// <summary>Ends active connections at once. Those that are over already are no error.</summary>
    /// <param name="identifiers">The active connections.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When it is done.</returns>
    public Task KillActiveConnectionsAsync(IEnumerable<string> identifiers, CancellationToken cancellationToken = default) =>
        SendAsync(
            HttpMethod.Patch,
            $"{_data}/activeConnections",
            [.. identifiers.Select(identifier => new GuacamolePatch("remove", "/" + identifier, null))],
            GuacamoleJson.Default.GuacamolePatchArray,
            cancellationToken);

    private string ConnectionPath(string identifier) => $"{_data}/connections/{Uri.EscapeDataString(identifier)}";
}
