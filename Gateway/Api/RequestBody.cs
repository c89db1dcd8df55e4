using System.Text.Json;

namespace GuacAspire.Gateway.Api;

/// <summary>Reads JSON bodies as the stock server does: no body is null, another content type is 415, bad JSON is 400.</summary>
internal static class RequestBody
{
    public const long Limit = 2 * 1024 * 1024;

    public static async ValueTask<T?> ReadAsync<T>(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentType is null && !HasBody(request))
            return default;
        if (!IsJson(request.ContentType))
            throw new GuacamoleException(
                StatusCodes.Status415UnsupportedMediaType, "BAD_REQUEST", "Only application/json is accepted here.");
        if (request.ContentLength == 0)
            return default;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        return body.Length == 0 ? default : JsonSerializer.Deserialize<T>(body.GetBuffer().AsSpan(0, (int)body.Length), Json.Options);
    }

    /// <summary>A body that must be there.</summary>
    public static async ValueTask<T> RequireAsync<T>(HttpContext context, string message) where T : class =>
        await ReadAsync<T>(context) ?? throw GuacamoleException.BadRequest(message);

    private static bool HasBody(HttpRequest request) => request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0;

    private static bool IsJson(string? contentType) =>
        contentType is not null && contentType.AsSpan(0, contentType.IndexOf(';') is var end and >= 0 ? end : contentType.Length).Trim()
            .Equals("application/json", StringComparison.OrdinalIgnoreCase);
}
