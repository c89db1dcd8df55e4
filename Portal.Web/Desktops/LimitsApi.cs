using GuacAspire.Contracts;
using GuacAspire.Portal.Web.Session;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Portal.Web.Desktops;

internal static class LimitsApi
{
    public static IEndpointRouteBuilder MapLimitsApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/limits", GetAsync).WithTags("Limits").RequireAuthorization()
            .WithSummary("How full the house is, and what the next launch would hit")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return app;
    }

    private static async Task<Ok<Limits>> GetAsync(
        PortalSession session, ProvisionerClient provisioner, CancellationToken cancellationToken) =>
        TypedResults.Ok(await provisioner.GetLimitsAsync(session.Username, cancellationToken));
}
