using System.Text.Json.Serialization.Metadata;
using Guacamole.Client.Serialization;

namespace Guacamole.Client;

/// <summary>
/// What a signed-in user can do on one data source. Lists hold what that user may see; what it may not see is not found.
/// Safe for use by many threads.
/// </summary>
public sealed partial class GuacamoleSession
{
    private readonly GuacamoleTransport _transport;
    private readonly ITokenSource _tokens;
    private readonly string _data;

    internal GuacamoleSession(GuacamoleTransport transport, ITokenSource tokens, string dataSource)
    {
        _transport = transport;
        _tokens = tokens;
        _data = $"api/session/data/{Uri.EscapeDataString(dataSource)}";
        DataSource = dataSource;
    }

    /// <summary>The data source that this session works on.</summary>
    public string DataSource { get; }

    /// <summary>Who this is.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The user, without a password.</returns>
    public Task<GuacamoleUser> GetSelfAsync(CancellationToken cancellationToken = default) =>
        GetAsync($"{_data}/self", GuacamoleJson.Default.GuacamoleUser, cancellationToken);

    /// <summary>What this user may do, by its own permissions and those of its groups.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The permissions.</returns>
    public Task<GuacamolePermissions> GetEffectivePermissionsAsync(CancellationToken cancellationToken = default) =>
        GetAsync($"{_data}/self/effectivePermissions", GuacamoleJson.Default.GuacamolePermissions, cancellationToken);

    /// <summary>Signs out. A session with credentials signs in again when it is used again.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When it is done.</returns>
    public async Task LogoutAsync(CancellationToken cancellationToken = default)
    {
        if (_tokens.Take() is not { } token)
            return;
        try
        {
            await _transport.SendAsync(new(HttpMethod.Delete, "api/session") { Token = token }, cancellationToken).ConfigureAwait(false);
        }
        catch (GuacamolePermissionDeniedException)
        {
            // It had expired, which is as good.
        }
    }

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        WithTokenAsync(
            token => _transport.SendAsync(new(HttpMethod.Get, path) { Token = token }, answer, cancellationToken), cancellationToken);

    private Task<TOut> SendAsync<TIn, TOut>(
        HttpMethod method, string path, TIn body, JsonTypeInfo<TIn> type, JsonTypeInfo<TOut> answer, CancellationToken cancellationToken) =>
        WithTokenAsync(
            token => _transport.SendAsync(
                new(method, path) { Token = token, Content = GuacamoleTransport.Json(body, type) }, answer, cancellationToken),
            cancellationToken);

    private async Task SendAsync<TIn>(
        HttpMethod method, string path, TIn body, JsonTypeInfo<TIn> type, CancellationToken cancellationToken) =>
        await WithTokenAsync(
            token => _transport.SendAsync(
                new(method, path) { Token = token, Content = GuacamoleTransport.Json(body, type) }, cancellationToken),
            cancellationToken).ConfigureAwait(false);

    private async Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        await WithTokenAsync(
            token => _transport.SendAsync(new(HttpMethod.Delete, path) { Token = token }, cancellationToken),
            cancellationToken).ConfigureAwait(false);

    // Guacamole answers 403 to an expired token and to a forbidden call alike, so one refusal is worth one new login.
    private async Task<T> WithTokenAsync<T>(Func<string, Task<T>> call, CancellationToken cancellationToken)
    {
        var token = await _tokens.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await call(token).ConfigureAwait(false);
        }
        catch (GuacamolePermissionDeniedException)
        {
            if (await _tokens.ReplaceAsync(token, cancellationToken).ConfigureAwait(false) is not { } other)
                throw;
            return await call(other).ConfigureAwait(false);
        }
    }
}
