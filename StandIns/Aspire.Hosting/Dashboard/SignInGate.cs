using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

/// <summary>Lets nobody without the cookie past the login page.</summary>
internal sealed class SignInGate(RequestDelegate next, BrowserToken token)
{
    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/login") || path.StartsWithSegments("/assets") || path == "/favicon.ico" || token.IsSignedIn(context))
            return next(context);

        if (path.StartsWithSegments("/api"))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        context.Response.Redirect("/login");
        return Task.CompletedTask;
    }
}
