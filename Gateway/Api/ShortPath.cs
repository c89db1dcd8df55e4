namespace GuacAspire.Gateway.Api;

/// <summary><c>/api/data</c> is the older spelling of <c>/api/session/data</c>.</summary>
internal sealed class ShortPath(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/api/data", out var below))
            context.Request.Path = new PathString("/api/session/data").Add(below);
        return next(context);
    }
}
