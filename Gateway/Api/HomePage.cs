using System.Net.Mime;

namespace GuacAspire.Gateway.Api;

/// <summary>Says to whoever points a browser here what this is.</summary>
internal static class HomePage
{
    private const string Html =
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>GuacAspire Gateway</title>
        <style>
          :root { color-scheme: light dark }
          body { font: 1rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 15vh auto; padding: 0 1.5rem }
          h1 { font-size: 1.4rem }
          code { font-size: .95em }
        </style>
        <h1>GuacAspire Gateway</h1>
        <p>A server for clients of Apache Guacamole: its REST interface is at <code>api/</code>, its tunnels at
        <code>websocket-tunnel</code>. It has no pages of its own; desktops are opened through the portal.</p>
        <p><a href="/">To the portal</a></p>
        </html>
        """;

    public static void MapHomePage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/", () => Results.Content(Html, MediaTypeNames.Text.Html));
}
