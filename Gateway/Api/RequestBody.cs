using System.Text.Json;

namespace GuacAspire.Gateway.Api;

/// <summary>Reads JSON bodies as the stock server does: no body is null, another content type is 415, bad JSON is 400.</summary>
internal static class RequestBody
{
    public static async ValueTask<T?> ReadAsync<T>(HttpContext context) => (await ReceiveAsync(context)).Read<T>();

    /// <summary>A body that must be there.</summary>
    public static async ValueTask<T> RequireAsync<T>(HttpContext context, string message) where T : class =>
        await ReadAsync<T>(context) ?? throw GuacamoleException.BadRequest(message);

    /// <summary>
    /// Waits for all of a body, and judges nothing yet. A client takes its time, so this comes before a connection to the database is
    /// taken; whether what the request names exists at all is said before what is wrong with its body.
    /// </summary>
    public static async ValueTask<ReceivedBody> ReceiveAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentType is null && !HasBody(request))
            return default;
        if (!IsJson(request.ContentType))
            return new ReceivedBody(IsForeign: true, default);
        if (request.ContentLength == 0)
            return default;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        return new ReceivedBody(IsForeign: false, body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    private static bool HasBody(HttpRequest request) => request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0;

    private static bool IsJson(string? contentType) =>
        contentType is not null && contentType.AsSpan(0, contentType.IndexOf(';') is var end and >= 0 ? end : contentType.Length).Trim()
            .Equals("application/json", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A body that is all there.</summary>
/// <param name="IsForeign">Whether it is no JSON by its content type, and so was not read.</param>
/// <param name="Json">What it holds; nothing where there is no body.</param>
internal readonly record struct ReceivedBody(bool IsForeign, ReadOnlyMemory<byte> Json)
{
    public T? Read<T>()
    {
        if (IsForeign)
        {
            throw new GuacamoleException(
                StatusCodes.Status415UnsupportedMediaType, "BAD_REQUEST", "Only application/json is accepted here.");
        }

        return Json.IsEmpty ? default : JsonSerializer.Deserialize<T>(Json.Span, Api.Json.Options);
    }

    /// <summary>What must be there.</summary>
    public T Require<T>(string message) where T : class => Read<T>() ?? throw GuacamoleException.BadRequest(message);
}
