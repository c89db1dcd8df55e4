using System.Net;
using System.Text.Json;
using GuacAspire.Portal.Web.Problems;
using Microsoft.AspNetCore.Mvc;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>Says to the portal's user what the Provisioner said to the portal.</summary>
internal static class ProvisionerFailure
{
    private static readonly string[] Ours = ["traceId", "retryAfterSeconds"];

    public static ApiException Down(Exception inner) => new(
        StatusCodes.Status503ServiceUnavailable,
        "The provisioner does not answer",
        "Desktops that run go on, but none can be started, saved or stopped until it is back. Try again in a few seconds.",
        inner)
    {
        RetryAfterSeconds = 5,
    };

    public static async Task<ApiException> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ProblemDetails? problem = null;
        try
        {
            problem = await response.Content.ReadFromJsonAsync<ProblemDetails>(cancellationToken);
        }
        catch (JsonException)
        {
            // Not every status comes with a problem in words.
        }

        return Of(response.StatusCode, problem, RetryAfter(response));
    }

    public static ApiException Of(HttpStatusCode status, ProblemDetails? problem, int? retryAfter = null) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
            StatusCodes.Status503ServiceUnavailable,
            "The provisioner does not know this portal",
            "Provisioner__Key differs between the two. Whoever runs this portal has to set it alike in both."),
        HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout or < HttpStatusCode.BadRequest =>
            new(
            StatusCodes.Status502BadGateway,
            problem?.Title ?? "The provisioner has failed",
            problem?.Detail ?? "What went wrong is in its log. Try again; if it stays so, tell whoever runs this portal."),
        _ => new(
            (int)status,
            problem?.Title ?? "The provisioner refused",
            problem?.Detail ?? $"It answered with status {(int)status}. Try again in a few seconds.")
        {
            RetryAfterSeconds = retryAfter,
            Extensions = problem?.Extensions.Where(extension => !Ours.Contains(extension.Key)).ToDictionary()
                ?? [],
        },
    };

    private static int? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta is { } delta
        ? (int)Math.Ceiling(delta.TotalSeconds)
        : response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests ? 10 : null;
}
