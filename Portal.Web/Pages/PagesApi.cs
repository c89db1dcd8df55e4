using GuacAspire.Portal.Web.Session;
using Microsoft.AspNetCore.WebUtilities;

namespace GuacAspire.Portal.Web.Pages;

/// <summary>The pages: plain files; which of them answers depends on whether one is signed in.</summary>
internal static class PagesApi
{
    public static IEndpointRouteBuilder MapPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/").ExcludeFromDescription();
        pages.MapGet("/", (HttpContext context) => Page(context.Features.Get<PortalSession>() is null ? "signin.html" : "home.html"));
        pages.MapGet("/desktops/{id}", (string id, HttpContext context) => context.Features.Get<PortalSession>() is null
            ? (IResult)Results.Redirect(QueryHelpers.AddQueryString("/", "return", $"/desktops/{Uri.EscapeDataString(id)}"))
            : Page("desktop.html"));
        pages.MapFallback(NotFound);
        return app;
    }

    private static PageResult Page(string name) => new PageResult(name, StatusCodes.Status200OK);

    private static IResult NotFound(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api") || !HttpMethods.IsGet(context.Request.Method)
            ? Results.Problem(statusCode: StatusCodes.Status404NotFound)
            : new PageResult("notfound.html", StatusCodes.Status404NotFound);

    private sealed class PageResult(string name, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "text/html; charset=utf-8";
            httpContext.Response.Headers.CacheControl = "no-store";
            var file = httpContext.RequestServices.GetRequiredService<IWebHostEnvironment>().WebRootFileProvider.GetFileInfo(name);
            return httpContext.Response.SendFileAsync(file, httpContext.RequestAborted);
        }
    }
}
