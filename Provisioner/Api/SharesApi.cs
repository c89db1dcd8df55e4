using GuacAspire.Provisioner.Sharing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Provisioner.Api;

/// <summary>Links by which others than its owner come to a desktop.</summary>
internal static class SharesApi
{
    public static IEndpointRouteBuilder MapSharesApi(this IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("").WithTags("Shares").RequireAuthorization().AddEndpointFilter<KnownDesktopsFilter>()
            .Refuses(404, 503);
        all.MapPost("/shares/redeem", RedeemAsync).WithSummary("What a link leads to, with a ticket while there is something to see")
            .Refuses(429, 502);
        var shares = all.MapGroup("/desktops/{id}/shares");
        shares.MapPost("", CreateAsync).WithSummary("A new link; what opens it is told this once").Refuses(400, 409, 502);
        shares.MapGet("", ListAsync).WithSummary("The links that are good now");
        shares.MapDelete("{share}", RevokeAsync).WithSummary("Makes a link worthless and disconnects who came by it");
        return app;
    }

    private static async Task<Ok<NewShare>> CreateAsync(
        string id, ShareRequest request, DesktopRegistry registry, ShareLinks links, CancellationToken cancellationToken)
    {
        var desktop = DesktopsApi.Find(registry, id);
        return DesktopsApi.IsUsable(desktop) && desktop.Connection is not null
            ? TypedResults.Ok(await links.CreateAsync(desktop, request, cancellationToken))
            : throw DesktopsApi.NotReady(desktop);
    }

    private static async Task<Ok<IReadOnlyList<Share>>> ListAsync(
        string id, DesktopRegistry registry, ShareLinks links, CancellationToken cancellationToken) =>
        TypedResults.Ok(await links.ListAsync(DesktopsApi.Find(registry, id).Id, cancellationToken));

    private static async Task<NoContent> RevokeAsync(
        string id, string share, DesktopRegistry registry, ShareLinks links, CancellationToken cancellationToken)
    {
        await links.RevokeAsync(DesktopsApi.Find(registry, id).Id, share, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<SharedDesktop>> RedeemAsync(ShareSecret link, ShareLinks links, CancellationToken cancellationToken) =>
        TypedResults.Ok(await links.RedeemAsync(link.Secret, cancellationToken));
}
