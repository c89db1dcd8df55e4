using GuacAspire.Portal.Web.Session;
using Microsoft.AspNetCore.WebUtilities;

namespace GuacAspire.Portal.Web.Pages;

/// <summary>The pages: plain files; which of them answers depends on whether one is signed in.</summary>
internal static class PagesApi
{
    public static IEndpointRouteBuilder MapPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/").ExcludeFromDescription();
        pages.MapGet("/", (HttpContext context) => new PageResult(IsSignedIn(context) ? "home.html" : "signin.html"));
        pages.MapGet("/desktops/{id}", IResult (string id, HttpContext context) => IsSignedIn(context)
            ? new PageResult("desktop.html")
            : TypedResults.Redirect(QueryHelpers.AddQueryString("/", "return", $"/desktops/{Uri.EscapeDataString(id)}")));
        // Whoever has a link needs no account.
        pages.MapGet("/shared", () => new PageResult("shared.html"));
        pages.MapGet("/recordings/{id}", IResult (string id, HttpContext context) => IsSignedIn(context)
            ? new PageResult("recording.html")
            : TypedResults.Redirect(QueryHelpers.AddQueryString("/", "return", $"/recordings/{Uri.EscapeDataString(id)}")));
        return app;
    }

    private static bool IsSignedIn(HttpContext context) => context.Features.Get<PortalSession>() is not null;
}
