using Microsoft.Net.Http.Headers;

namespace GuacAspire.Portal.Web.Security;

/// <summary>Tells the browser what a page of the portal may do: load its own files, speak to its own origin, and nothing else.</summary>
internal sealed class SecurityHeadersMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        // At the last moment, since whoever answers a failure begins by clearing what there is.
        context.Response.OnStarting(() =>
        {
            Set(context);
            return Task.CompletedTask;
        });
        return next(context);
    }

    private static void Set(HttpContext context)
    {
        var host = context.Request.Host.ToUriComponent();
        var headers = context.Response.Headers;
        // The hash is of the one script that stands in the pages themselves: what reloads a page whose files did not come.
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self' 'sha256-L5c8/f0ZADaAq2x5CDcwaA80C2GBCfPNiKJfkGMFN2Q='; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; media-src blob:; "
            + $"connect-src 'self' ws://{host} wss://{host}; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] =
            "clipboard-read=(self), clipboard-write=(self), fullscreen=(self), camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        if (context.Request.Path.StartsWithSegments("/api") && headers.CacheControl.Count == 0)
            headers[HeaderNames.CacheControl] = "no-store";
    }
}
