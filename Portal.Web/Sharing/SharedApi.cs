using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Meshes;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.Portal.Web.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Portal.Web.Sharing;

/// <summary>The way in for whoever has a link. It needs no account, and leads to that one desktop.</summary>
internal static class SharedApi
{
    private const int RetryAfterSeconds = 2;
    private const int MaxSecretLength = 100;

    public static IEndpointRouteBuilder MapSharedApi(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/shared", RedeemAsync).WithTags("Sharing").RequireRateLimiting(RateLimits.Redemptions)
            .WithSummary("A ticket to the picture, by what stands behind the # of a link; 409 while the owner is not connected")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return app;
    }

    private static async Task<Results<Ok<SharedTicket>, ProblemHttpResult>> RedeemAsync(
        Redemption redemption, ProvisionerClient provisioner, MeshLibrary meshes, CancellationToken cancellationToken)
    {
        // What is longer than any secret is none, and need not be carried on.
        var secret = redemption.Secret is { Length: <= MaxSecretLength } sent ? sent : "";
        var shared = await provisioner.RedeemAsync(secret, cancellationToken);
        var name = meshes.Find(shared.Mesh, shared.Owner)?.Info.Name ?? "Shared desktop";
        if (shared.Ticket is { } ticket)
        {
            return TypedResults.Ok(new SharedTicket(
                name, shared.Mode, shared.ExpiresAt, DesktopsApi.Tunnel,
                ticket.Token, ticket.DataSource, ticket.Connection, ticket.Type, ticket.ExpiresAt, shared.RecordingSince));
        }

        throw new ApiException(
            StatusCodes.Status409Conflict,
            "The owner is not connected",
            "There is something to see only while the owner has the desktop open. This goes on by itself as soon as that is so.")
        {
            RetryAfterSeconds = RetryAfterSeconds,
            Extensions = new Dictionary<string, object?>
            {
                ["name"] = name,
                ["mode"] = shared.Mode,
                ["linkExpiresAt"] = shared.ExpiresAt,
            },
        };
    }
}
