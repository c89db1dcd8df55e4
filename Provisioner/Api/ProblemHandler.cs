using Docker.DotNet;
using Guacamole.Client;
using GuacAspire.Provisioner.Launching;
using GuacAspire.ServiceDefaults;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace GuacAspire.Provisioner.Api;

/// <summary>Answers every failure with problem+json that says what is wrong and what to do, and never with a stack trace.</summary>
internal sealed partial class ProblemHandler(IProblemDetailsService problems, ILogger<ProblemHandler> logger) : IExceptionHandler
{
    // A crashed database or Guacamole is back in seconds.
    private static readonly TimeSpan GuacamolePause = TimeSpan.FromSeconds(5);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = Describe(exception);
        if (problem.Status >= StatusCodes.Status500InternalServerError)
        {
            var (reason, trace) = Failure.ForLog(exception);
            LogProblem(trace, httpContext.Request.Method, httpContext.Request.Path, reason);
        }

        if (exception is LimitReachedException limit)
        {
            problem.Extensions["limit"] = limit.Limit;
            problem.Extensions["available"] = limit.Limits.Available;
            problem.Extensions["memoryAvailable"] = limit.Limits.MemoryAvailable;
            problem.Extensions["coresAvailable"] = limit.Limits.CoresAvailable;
        }

        if (RetryAfter(exception) is { } retryAfter)
        {
            var seconds = (int)Math.Ceiling(retryAfter.TotalSeconds);
            problem.Extensions["retryAfterSeconds"] = seconds;
            httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        httpContext.Response.StatusCode = problem.Status!.Value;
        return await problems.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = problem, Exception = exception });
    }

    private static TimeSpan? RetryAfter(Exception exception) => exception switch
    {
        ProblemException e => e.RetryAfter,
        GuacamoleException { IsPassing: true } => GuacamolePause,
        _ => null,
    };

    private static ProblemDetails Describe(Exception exception) => exception switch
    {
        ProblemException e => New(e.Status, e.Title, e.Message),
        BadHttpRequestException e => New(e.StatusCode, "The request makes no sense", e.Message),
        GuacamoleUnreachableException => New(StatusCodes.Status503ServiceUnavailable, "Guacamole does not answer", Failure.Describe(exception)),
        GuacamoleException { IsPassing: true } =>
            New(StatusCodes.Status503ServiceUnavailable, "Guacamole cannot be used just now", Failure.Describe(exception)),
        GuacamoleException => New(StatusCodes.Status502BadGateway, "Guacamole refused", Failure.Describe(exception)),
        DockerApiException => New(StatusCodes.Status502BadGateway, "The container engine refused", Failure.Describe(exception)),
        IOException when exception.IsDiskFull() => New(StatusCodes.Status507InsufficientStorage, "The disk is full", Failure.Describe(exception)),
        OperationCanceledException => New(StatusCodes.Status499ClientClosedRequest, "The request was cancelled", "The caller went away."),
        _ => New(StatusCodes.Status500InternalServerError, "Something unexpected went wrong", Failure.Describe(exception)),
    };

    private static ProblemDetails New(int status, string title, string detail) => new() { Status = status, Title = title, Detail = detail };

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} failed: {Reason}")]
    private partial void LogProblem(Exception? exception, string method, PathString path, string reason);
}
