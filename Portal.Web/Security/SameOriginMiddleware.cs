using Microsoft.AspNetCore.Mvc;

namespace GuacAspire.Portal.Web.Security;

/// <summary>
/// Refuses changes that another site's page asks for. A request with neither Origin nor Sec-Fetch-Site is no browser's and passes.
/// </summary>
internal sealed class SameOriginMiddleware(RequestDelegate next, IProblemDetailsService problems)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (IsSafe(context.Request.Method) || IsSameOrigin(context.Request))
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        await problems.WriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status403Forbidden,
                Title = "The request comes from another site",
                Detail = "This portal takes changes from its own pages only. Open it at its own address and try again there.",
            },
        });
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static bool IsSameOrigin(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin" && site != "none")
            return false;
        if (!request.Headers.TryGetValue("Origin", out var origin))
            return true;

        // The scheme is not compared: a proxy that ends TLS may not say so, and a browser that matters sends Sec-Fetch-Site as well.
        return Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && string.Equals(
                uri.Authority, new Uri($"{uri.Scheme}://{request.Host.ToUriComponent()}").Authority, StringComparison.OrdinalIgnoreCase);
    }
}
