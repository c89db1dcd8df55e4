using System.Net.Mime;
using System.Text.Json;
using MySqlConnector;

namespace GuacAspire.Gateway.Api;

/// <summary>Answers every failure below <c>/api</c> with Guacamole's error object.</summary>
internal sealed partial class ErrorHandling(RequestDelegate next, ILogger<ErrorHandling> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentType: null, ContentLength: null })
                await AnswerRoutingAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, Translate(e));
        }
    }

    public static Task WriteAsync(HttpContext context, GuacamoleException error)
    {
        context.Response.Clear();
        context.Response.StatusCode = error.Status;
        return context.Response.WriteAsJsonAsync(ApiError.From(error), Json.Options, MediaTypeNames.Application.Json);
    }

    private GuacamoleException Translate(Exception error)
    {
        switch (error)
        {
            case GuacamoleException known:
                return known;
            case JsonException malformed:
                return GuacamoleException.BadRequest(malformed.Message);
            case BadHttpRequestException bad:
                return GuacamoleException.BadRequest(bad.Message);
            case MySqlException database when DatabaseErrors.Refusal(database) is { } refusal:
                return refusal;
            case MySqlException or TimeoutException:
                LogDatabase(error.Message);
                return new GuacamoleException(
                    503, "INTERNAL_ERROR", "The database does not answer. Try again shortly.", GuacamoleStatus.ServerBusy);
            default:
                LogUnexpected(error);
                return new GuacamoleException(500, "INTERNAL_ERROR", "Unexpected internal error");
        }
    }

    private static Task AnswerRoutingAsync(HttpContext context)
    {
        var allowed = context.Response.Headers.Allow.ToString().Split(", ", StringSplitOptions.RemoveEmptyEntries);
        if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed && !HttpMethods.IsOptions(context.Request.Method))
        {
            // HEAD goes without saying where there is a GET.
            context.Response.Headers.Allow =
                string.Join(",", allowed.Where(method => method != "HEAD" || !allowed.Contains("GET")).Append("OPTIONS"));
        }
        else if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            var methods = string.Join(", ", [.. allowed, "OPTIONS"]);
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Response.Headers.Allow = methods;
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync(methods);
        }
        var message = context.Response.StatusCode switch
        {
            404 => "There is nothing at this address.",
            405 => $"This resource does not support {context.Request.Method}.",
            406 => "Only application/json can be had here.",
            415 => "Only application/json is accepted here.",
            _ => "The request was refused.",
        };
        var type = context.Response.StatusCode == 404 ? "NOT_FOUND" : "BAD_REQUEST";
        var error = new GuacamoleException(context.Response.StatusCode, type, message);
        return context.Response.WriteAsJsonAsync(ApiError.From(error), Json.Options, MediaTypeNames.Application.Json);
    }

    [LoggerMessage(LogLevel.Error, "The database does not answer: {Reason}")]
    private partial void LogDatabase(string reason);

    [LoggerMessage(LogLevel.Error, "A request failed unexpectedly")]
    private partial void LogUnexpected(Exception exception);
}
