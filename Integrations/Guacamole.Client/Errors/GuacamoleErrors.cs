using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guacamole.Client.Serialization;

namespace Guacamole.Client;

/// <summary>Reads Guacamole's error object; anything else in an error's body (HTML of its container) tells a caller nothing.</summary>
internal static class GuacamoleErrors
{
    public static async Task<GuacamoleException> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var error = await TryReadAsync(response.Content, cancellationToken).ConfigureAwait(false);
        var message = error?.Message is { Length: > 0 } text
            ? text
            : $"Guacamole answered {(int)response.StatusCode} {response.ReasonPhrase}.";
        var type = Parse(error?.Type);
        var key = error?.TranslatableMessage?.Key;
        IReadOnlyList<string> expected = [.. error?.Expected?.Select(field => field.Name ?? "") ?? []];
        return (type, response.StatusCode) switch
        {
            (GuacamoleErrorType.InvalidCredentials or GuacamoleErrorType.InsufficientCredentials, HttpStatusCode.Forbidden) =>
                new GuacamoleInvalidCredentialsException(message, type) { TranslationKey = key, Expected = expected },
            (_, HttpStatusCode.Forbidden) => new GuacamolePermissionDeniedException(message) { TranslationKey = key },
            // A 404 of the web container itself means a wrong address, not a missing object.
            (GuacamoleErrorType.NotFound, HttpStatusCode.NotFound) => new GuacamoleNotFoundException(message) { TranslationKey = key },
            _ => new GuacamoleException(message, type, response.StatusCode) { TranslationKey = key, Expected = expected },
        };
    }

    private static async Task<GuacamoleErrorBody?> TryReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentType?.MediaType is not ("application/json" or "application/problem+json"))
            return null;
        try
        {
            return await content.ReadFromJsonAsync(GuacamoleJson.Default.GuacamoleErrorBody, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static GuacamoleErrorType Parse(string? type) => type switch
    {
        "BAD_REQUEST" => GuacamoleErrorType.BadRequest,
        "INVALID_CREDENTIALS" => GuacamoleErrorType.InvalidCredentials,
        "INSUFFICIENT_CREDENTIALS" => GuacamoleErrorType.InsufficientCredentials,
        "INTERNAL_ERROR" => GuacamoleErrorType.InternalError,
        "NOT_FOUND" => GuacamoleErrorType.NotFound,
        "PERMISSION_DENIED" => GuacamoleErrorType.PermissionDenied,
        "STREAM_ERROR" => GuacamoleErrorType.StreamError,
        _ => GuacamoleErrorType.Unknown,
    };
}
