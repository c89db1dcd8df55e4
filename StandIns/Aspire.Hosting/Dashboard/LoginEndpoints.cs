using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard;

internal static class LoginEndpoints
{
    private const string WrongToken = "That is not this run's token. Every start of the AppHost prints a new one.";

    public static void MapLogin(this IEndpointRouteBuilder routes, BrowserToken token)
    {
        routes.MapGet("/login", (HttpContext context) => context.Request.Query["t"].ToString() is { Length: > 0 } given
            ? SignIn(context, token, given)
            : token.IsSignedIn(context) ? Results.LocalRedirect("/") : LoginPage(""));

        routes.MapPost("/login", async (HttpContext context) =>
        {
            var form = context.Request.HasFormContentType
                ? await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false)
                : FormCollection.Empty;
            return SignIn(context, token, Pasted(form["t"].ToString().Trim()));
        });

        routes.MapPost("/logout", (HttpContext context) =>
        {
            BrowserToken.SignOut(context);
            return Results.LocalRedirect("/login");
        });
    }

    private static IResult SignIn(HttpContext context, BrowserToken token, string given)
    {
        if (!token.Accepts(given)) return LoginPage(WrongToken, StatusCodes.Status401Unauthorized);

        token.SignIn(context);
        return Results.LocalRedirect("/");
    }

    // People paste the whole link as readily as the token in it.
    private static string Pasted(string text) =>
        text.IndexOf("t=", StringComparison.Ordinal) is >= 0 and var at && text.Contains("/login", StringComparison.Ordinal)
            ? Uri.UnescapeDataString(text[(at + 2)..])
            : text;

    private static IResult LoginPage(string message, int status = StatusCodes.Status200OK) =>
        Results.Content(Assets.Text("login.html").Replace("{{message}}", message, StringComparison.Ordinal), "text/html; charset=utf-8",
            statusCode: status);
}
