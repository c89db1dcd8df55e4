using System.Net;
using System.Text.Json;
using GuacAspire.Portal.Web.Problems;

namespace GuacAspire.Portal.Web.Guacamole;

/// <summary>
/// The few calls of Guacamole's REST API that the Portal makes. Tokens travel in a header, never in an address, which logs and traces keep.
/// </summary>
internal sealed class GuacamoleClient(HttpClient http)
{
    /// <summary>Signs in; the answer says who it is, or why not.</summary>
    public async Task<GuacamoleLogin> LogInAsync(string username, string password, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent([new("username", username), new("password", password)]);
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, "api/tokens") { Content = form }, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            var token = await response.Content.ReadFromJsonAsync<TokenAnswer>(cancellationToken);
            return new GuacamoleLogin(response.StatusCode, token?.AuthToken, token?.Username, null);
        }

        return new GuacamoleLogin(response.StatusCode, null, null, await ReadErrorTypeAsync(response, cancellationToken));
    }

    /// <summary>Whether a tunnel is open under this token; false also when the token is no longer good.</summary>
    public async Task<bool> HasTunnelsAsync(string token, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(WithToken(HttpMethod.Get, "api/session/tunnels", token), cancellationToken);
        return response.IsSuccessStatusCode
            && await response.Content.ReadFromJsonAsync<string[]>(cancellationToken) is { Length: > 0 };
    }

    /// <summary>Makes a token worthless; closes the tunnels that are open under it.</summary>
    public async Task RevokeAsync(string token, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(WithToken(HttpMethod.Delete, "api/session", token), cancellationToken);
        if ((int)response.StatusCode >= 500)
            throw Unavailable(null);
    }

    /// <summary>Whether Guacamole answers at all.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "api/languages"), cancellationToken);
        return (int)response.StatusCode < 500;
    }

    private static HttpRequestMessage WithToken(HttpMethod method, string path, string token) =>
        new(method, path) { Headers = { { "Guacamole-Token", token } } };

    private static async Task<string?> ReadErrorTypeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return (await response.Content.ReadFromJsonAsync<ErrorAnswer>(cancellationToken))?.Type;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ApiException Unavailable(Exception? inner) => new(
        StatusCodes.Status503ServiceUnavailable,
        "Guacamole does not answer",
        "Signing in and the picture of a desktop need it. It may be starting; try again in a few seconds.",
        inner)
    {
        RetryAfterSeconds = 5,
    };

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            try
            {
                return await http.SendAsync(request, cancellationToken);
            }
            catch (Exception exception) when (Outage.Is(exception, cancellationToken))
            {
                throw Unavailable(exception);
            }
        }
    }

    private sealed record TokenAnswer(string? AuthToken, string? Username);

    private sealed record ErrorAnswer(string? Type, string? Message);
}

/// <summary>What came of a sign-in.</summary>
/// <param name="Status">Guacamole's status code.</param>
/// <param name="Token">The token of the new Guacamole session, if it succeeded.</param>
/// <param name="Username">The name as Guacamole spells it, if it succeeded.</param>
/// <param name="ErrorType">Guacamole's error type, if it failed.</param>
internal sealed record GuacamoleLogin(HttpStatusCode Status, string? Token, string? Username, string? ErrorType);
