using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.Portal.Web.Session;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Portal.Web.Sharing;

/// <summary>The links to a desktop, which its owner gives out and takes back.</summary>
internal static class SharesApi
{
    private const int DefaultMinutes = 60;
    private const int MaxMinutes = 24 * 60;

    public static IEndpointRouteBuilder MapSharesApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/desktops/{id}/shares").WithTags("Sharing").RequireAuthorization()
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/", CreateAsync).WithSummary("A link by which others see the desktop, or work in it; this answer alone holds it")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet("/", ListAsync).WithSummary("The links that are good now");
        api.MapDelete("/{share}", RevokeAsync).WithSummary("Take a link back; who came by it is disconnected at once");
        return app;
    }

    private static async Task<Results<Created<LinkInfo>, ProblemHttpResult>> CreateAsync(
        string id, NewLink link, PortalSession session, DesktopAccess access, ProvisionerClient provisioner, HttpContext context,
        CancellationToken cancellationToken)
    {
        if (await access.FindAsync(session, id, cancellationToken) is null)
            return Refusals.NoSuchDesktop();
        if (link.Mode is not { } mode || !Enum.IsDefined(mode))
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status400BadRequest,
                title: "What may they do?",
                detail: "Send {\"mode\": \"view\"} for a link to look on by, or {\"mode\": \"control\"} for one to work by.");
        }

        if (link.ExpiresInMinutes is < 1 or > MaxMinutes)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status400BadRequest,
                title: "For how long?",
                detail: $"expiresInMinutes says for how long the link is good: from 1 to {MaxMinutes}, which is a day.");
        }

        var share = await provisioner.ShareAsync(id, new(mode, link.ExpiresInMinutes ?? DefaultMinutes), cancellationToken);
        // What opens it stands behind the #, which no browser sends: it reaches no log, no proxy and no other site.
        var address = UriHelper.BuildAbsolute(context.Request.Scheme, context.Request.Host, context.Request.PathBase, "/shared");
        return TypedResults.Created((string?)null, LinkInfo.Of(share.Share) with { Link = $"{address}#{share.Secret}" });
    }

    private static async Task<Results<Ok<LinkInfo[]>, ProblemHttpResult>> ListAsync(
        string id, PortalSession session, DesktopAccess access, ProvisionerClient provisioner, CancellationToken cancellationToken) =>
        await access.FindAsync(session, id, cancellationToken) is null
            ? Refusals.NoSuchDesktop()
            : TypedResults.Ok((await provisioner.ListSharesAsync(id, cancellationToken)).Select(LinkInfo.Of).ToArray());

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        string id, string share, PortalSession session, DesktopAccess access, ProvisionerClient provisioner,
        CancellationToken cancellationToken)
    {
        if (await access.FindAsync(session, id, cancellationToken) is null)
            return Refusals.NoSuchDesktop();
        await provisioner.RevokeShareAsync(id, share, cancellationToken);
        return TypedResults.NoContent();
    }
}
