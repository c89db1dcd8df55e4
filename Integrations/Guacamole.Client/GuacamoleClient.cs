using System.Net;
using Guacamole.Client.Serialization;

namespace Guacamole.Client;

/// <summary>
/// Talks to the REST API of one Guacamole server: signs in and out, and opens sessions that do everything else.
/// Safe for use by many threads.
/// </summary>
public sealed class GuacamoleClient
{
    private readonly GuacamoleTransport _transport;

    /// <summary>
    /// Creates a client over an HTTP client whose base address is the application, for example <c>http://host:8080/guacamole</c>.
    /// </summary>
    /// <param name="http">Carries the requests. It must not retry on its own: most of these calls must not happen twice.</param>
    public GuacamoleClient(HttpClient http) => _transport = new(http);

    /// <summary>Signs in with a name and a password.</summary>
    /// <param name="username">The user's name.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The token, and whose it is.</returns>
    /// <exception cref="GuacamoleInvalidCredentialsException">Guacamole knows no such name and password.</exception>
    public Task<GuacamoleLogin> LoginAsync(string username, string password, CancellationToken cancellationToken = default) =>
        LoginAsync([new("username", username), new("password", password)], cancellationToken);

    /// <summary>Signs somebody else in, whose address Guacamole is told.</summary>
    /// <param name="username">The user's name.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="visitor">
    /// Where the sign-in comes from, in <c>X-Forwarded-For</c>: a server that knows the caller for a proxy
    /// (<c>REMOTE_IP_VALVE_ENABLED</c>) counts failures against it, and not against the caller; null where that is not known.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The token, and whose it is.</returns>
    /// <exception cref="GuacamoleInvalidCredentialsException">Guacamole knows no such name and password.</exception>
    public Task<GuacamoleLogin> LoginAsync(
        string username, string password, IPAddress? visitor, CancellationToken cancellationToken = default) =>
        LoginAsync([new("username", username), new("password", password)], visitor, cancellationToken);

    /// <summary>Signs in with whatever fields the server's extensions ask for, for example <c>key</c> for a shared connection.</summary>
    /// <param name="fields">The fields of the login form.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The token, and whose it is.</returns>
    /// <exception cref="GuacamoleInvalidCredentialsException">Guacamole does not accept these fields.</exception>
    public Task<GuacamoleLogin> LoginAsync(
        IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellationToken = default) =>
        LoginAsync(fields, visitor: null, cancellationToken);

    /// <summary>Ends a token's session, and with it the tunnels it has open. A token that is none any more is no error.</summary>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When it is done.</returns>
    public async Task LogoutAsync(string token, CancellationToken cancellationToken = default)
    {
        try
        {
            // Not DELETE /api/tokens/{token}: that would put the token into every log and trace of URLs on the way.
            await _transport.SendAsync(new(HttpMethod.Delete, "api/session") { Token = token }, cancellationToken).ConfigureAwait(false);
        }
        catch (GuacamoleException e) when (e.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
        }
    }

    /// <summary>Asks whether a token is still good.</summary>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it is.</returns>
    public async Task<bool> IsValidAsync(string token, CancellationToken cancellationToken = default)
    {
        try
        {
            await _transport.SendAsync(new(HttpMethod.Head, "api/session") { Token = token }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (GuacamoleException e) when (e.Status == HttpStatusCode.Forbidden)
        {
            return false;
        }
    }

    /// <summary>Lists the tunnels that a token has open.</summary>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Their identifiers.</returns>
    public async Task<IReadOnlyList<string>> ListTunnelsAsync(string token, CancellationToken cancellationToken = default) =>
        await _transport.SendAsync(
            new(HttpMethod.Get, "api/session/tunnels") { Token = token },
            GuacamoleJson.Default.StringArray,
            cancellationToken).ConfigureAwait(false);

    /// <summary>A session of somebody who has signed in already.</summary>
    /// <param name="token">The token.</param>
    /// <param name="dataSource">The data source to work on, for example <c>mysql</c>.</param>
    /// <returns>The session. It fails when the token has expired.</returns>
    public GuacamoleSession UseToken(string token, string dataSource) => new(_transport, new FixedToken(token), dataSource);

    /// <summary>A session that signs in when it is first used, and again whenever its token has expired.</summary>
    /// <param name="username">The user's name.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="dataSource">The data source to work on, for example <c>mysql</c>.</param>
    /// <returns>The session.</returns>
    public GuacamoleSession UseCredentials(string username, string password, string dataSource) =>
        new(_transport, new RenewedToken(this, username, password), dataSource);

    private Task<GuacamoleLogin> LoginAsync(
        IEnumerable<KeyValuePair<string, string>> fields, IPAddress? visitor, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new(HttpMethod.Post, "api/tokens") { Content = new FormUrlEncodedContent(fields), Visitor = visitor },
            GuacamoleJson.Default.GuacamoleLogin,
            cancellationToken);
}
