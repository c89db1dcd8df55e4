using GuacAspire.Portal.Web.Guacamole;
using GuacAspire.Portal.Web.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web.Session;

internal static class SessionApi
{
    public static IEndpointRouteBuilder MapSessionApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/session").WithTags("Session");
        api.MapGet("/", WhoAmI).RequireAuthorization()
            .WithSummary("Who I am").ProducesProblem(StatusCodes.Status401Unauthorized);
        api.MapGet("/methods", Methods).WithSummary("Which ways in there are");
        api.MapPost("/", SignInAsync)
            .WithSummary("Sign in with an account of Guacamole").ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/guest", SignInAsGuestAsync).RequireRateLimiting(RateLimits.Guests)
            .WithSummary("Sign in as a guest").ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapDelete("/", SignOutAsync).WithSummary("Sign out");
        return app;
    }

    private static Ok<SessionInfo> WhoAmI(PortalSession session) => TypedResults.Ok(SessionInfo.Of(session));

    private static Ok<SignInMethods> Methods(IOptions<PortalOptions> options, HttpContext context) =>
        TypedResults.Ok(new SignInMethods(options.Value.Guests ?? false, context.Features.Get<PortalSession>() is not null));

    private static async Task<Results<Ok<SessionInfo>, ProblemHttpResult>> SignInAsync(
        SignIn request, AccountSignIn accounts, SignInService service, HttpContext context, CancellationToken cancellationToken)
    {
        if (request is not { Username.Length: > 0, Password.Length: > 0 })
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status400BadRequest,
                title: "A name and a password are needed",
                detail: "Send {\"username\": …, \"password\": …} with both filled in.");
        }

        var username = await accounts.VerifyAsync(request.Username, request.Password, context, cancellationToken);
        return TypedResults.Ok(SessionInfo.Of(await service.BeginAsync(context, username, guest: false)));
    }

    private static async Task<Results<Ok<SessionInfo>, ProblemHttpResult>> SignInAsGuestAsync(
        SignInService service, IOptions<PortalOptions> options, HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Features.Get<PortalSession>() is { Guest: true } present)
            return TypedResults.Ok(SessionInfo.Of(present));
        if (options.Value.Guests is not true)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: "Guests are not let in here",
                detail: "Sign in with an account instead. Whoever runs this portal can let guests in with Portal__Guests=true.");
        }

        return TypedResults.Ok(SessionInfo.Of(await service.BeginAsGuestAsync(context, cancellationToken)));
    }

    private static async Task<NoContent> SignOutAsync(SignInService service, HttpContext context)
    {
        await service.EndAsync(context);
        return TypedResults.NoContent();
    }
}
