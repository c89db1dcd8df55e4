using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Aspire.Hosting.Dashboard;

/// <summary>The page, its styles and scripts: embedded, so that the dashboard needs no file beside the assembly.</summary>
internal static class Assets
{
    private const string Prefix = "dashboard/";

    private static readonly Dictionary<string, string> ContentTypes = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => Results.Content(Text("index.html"), ContentTypes[".html"]));
        routes.MapGet("/favicon.ico", () => Results.LocalRedirect("/assets/icon.svg"));
        foreach (var name in typeof(Assets).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var file = name[Prefix.Length..];
            if (Path.GetExtension(file) is ".html" || !ContentTypes.TryGetValue(Path.GetExtension(file), out var contentType)) continue;

            var bytes = Read(name);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
            routes.MapGet($"/assets/{file}", (HttpContext context) =>
            {
                context.Response.Headers.CacheControl = "no-cache";
                return Results.Bytes(bytes, contentType, entityTag: tag);
            });
        }
    }

    public static string Text(string file) => System.Text.Encoding.UTF8.GetString(Read(Prefix + file));

    private static byte[] Read(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
