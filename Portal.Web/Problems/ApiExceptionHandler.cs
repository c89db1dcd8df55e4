using System.Globalization;
using GuacAspire.ServiceDefaults;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace GuacAspire.Portal.Web.Problems;

/// <summary>Turns every exception into problem+json; what is nobody's fault is logged, what is a refusal is not.</summary>
internal sealed partial class ApiExceptionHandler(IProblemDetailsService problems, ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var refusal = exception as ApiException ?? FromFramework(exception);
        if (refusal is null)
            LogUnexpected(exception, httpContext.Request.Path);
        refusal ??= new ApiException(
            StatusCodes.Status500InternalServerError,
            "Something went wrong in the portal",
            "It has been written to the portal's log. Try again; if it stays so, tell whoever runs this portal.");

        httpContext.Response.StatusCode = refusal.Status;
        if (refusal.RetryAfterSeconds is { } seconds)
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

        var details = new ProblemDetails { Status = refusal.Status, Title = refusal.Title, Detail = refusal.Message };
        foreach (var (name, value) in refusal.Extensions)
            details.Extensions[name] = value;
        if (refusal.RetryAfterSeconds is { } again)
            details.Extensions["retryAfterSeconds"] = again;
        await problems.WriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = details });
        return true;
    }

    private static ApiException? FromFramework(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(
            StatusCodes.Status413PayloadTooLarge, "That is too large", "The request's body is larger than this portal takes."),
        BadHttpRequestException bad => new(bad.StatusCode, "The request could not be read", Explain(bad)),
        IOException io when io.IsDiskFull() => new(
            StatusCodes.Status507InsufficientStorage, "The portal's disk is full",
            "Nothing was kept. Whoever runs this portal has to make room."),
        _ => null,
    };

    private static string Explain(BadHttpRequestException bad) =>
        bad.InnerException is System.Text.Json.JsonException
            ? "The body is not the JSON that this call expects; see /openapi/v1.json."
            : bad.Message;

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure of {Path}")]
    private partial void LogUnexpected(Exception exception, PathString path);
}
