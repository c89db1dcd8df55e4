using Microsoft.AspNetCore.WebUtilities;

namespace GuacAspire.Portal.Web.Problems;

internal static class ProblemsExtensions
{
    /// <summary>Makes problem+json the one form of an error, and gives words to the ones that the framework answers itself.</summary>
    public static IServiceCollection AddPortalProblems(this IServiceCollection services)
    {
        services.AddExceptionHandler<ApiExceptionHandler>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            var problem = context.ProblemDetails;
            problem.Status ??= context.HttpContext.Response.StatusCode;
            problem.Title ??= ReasonPhrases.GetReasonPhrase(problem.Status.Value);
            problem.Detail ??= problem.Status switch
            {
                StatusCodes.Status404NotFound => "Nothing answers at this address; /openapi/v1.json lists what does.",
                StatusCodes.Status405MethodNotAllowed => "This address does not take that method; /openapi/v1.json lists what it takes.",
                StatusCodes.Status415UnsupportedMediaType =>
                    "Send the body with the content type that /openapi/v1.json names for this call.",
                _ => "See /openapi/v1.json for what this call expects.",
            };
        });
    }
}
