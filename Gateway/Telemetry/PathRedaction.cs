using System.Diagnostics;

namespace GuacAspire.Gateway.Telemetry;

/// <summary>Some paths hold a token or the key of a share; traces show their route in its place.</summary>
internal sealed class PathRedaction(RequestDelegate next)
{
    private static readonly string[] Secretive = ["/api/tokens/", "/mysql-shared/connections/"];

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        foreach (var prefix in Secretive)
        {
            var at = path.IndexOf(prefix, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && Activity.Current is { } activity)
                activity.SetTag("url.path", context.Request.PathBase + path[..(at + prefix.Length)] + "Redacted");
        }
        return next(context);
    }
}
