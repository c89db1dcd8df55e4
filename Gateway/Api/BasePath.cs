using GuacAspire.Gateway.Configuration;

namespace GuacAspire.Gateway.Api;

/// <summary>Everything but the health endpoints lies below the configured base path; the bare address leads there.</summary>
internal sealed class BasePath(RequestDelegate next, GatewayOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var (path, basePath) = (context.Request.Path, context.Request.PathBase);
        if (basePath == options.BasePath && (options.BasePath.Length == 0 || path.HasValue))
            return next(context);
        if (path == "/health" || path == "/alive")
            return next(context);
        if (path == "/" || !path.HasValue)
        {
            context.Response.Redirect(options.BasePath + "/");
            return Task.CompletedTask;
        }
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
