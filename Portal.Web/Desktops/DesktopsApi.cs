using GuacAspire.Contracts;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.Portal.Web.Security;
using GuacAspire.Portal.Web.Session;
using GuacAspire.Portal.Web.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Portal.Web.Desktops;

internal static class DesktopsApi
{
    /// <summary>Where browsers open tunnels.</summary>
    public const string Tunnel = "/guacamole/websocket-tunnel";

    public static IEndpointRouteBuilder MapDesktopsApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/desktops").WithTags("Desktops").RequireAuthorization()
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/", LaunchApi.LaunchAsync).RequireRateLimiting(RateLimits.Launches)
            .WithSummary("Open a mesh, or saved work on it, in a desktop of its own").ProducesProblem(StatusCodes.Status429TooManyRequests);
        api.MapGet("/", ListAsync).WithSummary("My desktops");

        var desktop = api.MapGroup("/{id}").ProducesProblem(StatusCodes.Status404NotFound);
        desktop.MapGet("/", GetAsync).WithSummary("One desktop");
        desktop.MapGet("/events", DesktopEvents.StreamAsync).WithSummary("Its changes, as they happen")
            .Produces<DesktopInfo>(StatusCodes.Status200OK, "text/event-stream");
        desktop.MapPost("/ticket", IssueTicketAsync).WithSummary("A ticket to its picture")
            .ProducesProblem(StatusCodes.Status409Conflict);
        desktop.MapPost("/first-frame", ReportFirstFrame).WithSummary("The browser shows its first picture");
        desktop.MapPut("/screen", ResizeAsync).WithSummary("Make its screen as large as the window; answers with the size that it took")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        desktop.MapPost("/save", SaveAsync).WithSummary("Save it in Blender; answers when the file is safe")
            .ProducesProblem(StatusCodes.Status409Conflict);
        desktop.MapPost("/stay", StayAsync).WithSummary("Go on with it, though nobody has used it for long")
            .ProducesProblem(StatusCodes.Status409Conflict);
        desktop.MapGet("/file", DesktopFile.DownloadAsync).WithSummary("The newest .blend")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
        desktop.MapDelete("/", StopAsync).WithSummary("Save it and stop it; with discard=true only stop it");
        return app;
    }

    private static async Task<Ok<DesktopInfo[]>> ListAsync(
        PortalSession session, ProvisionerClient provisioner, CancellationToken cancellationToken)
    {
        var desktops = await provisioner.ListAsync(session.Username, cancellationToken);
        return TypedResults.Ok(desktops.Where(desktop => desktop.Owner == session.Username).Select(DesktopInfo.Of).ToArray());
    }

    private static async Task<Results<Ok<DesktopInfo>, ProblemHttpResult>> GetAsync(
        string id, PortalSession session, DesktopAccess access, CancellationToken cancellationToken) =>
        await access.FindAsync(session, id, cancellationToken) is { } desktop
            ? TypedResults.Ok(DesktopInfo.Of(desktop))
            : Refusals.NoSuchDesktop();

    private static async Task<Results<Ok<Ticket>, ProblemHttpResult>> IssueTicketAsync(
        string id, PortalSession session, DesktopAccess access, ProvisionerClient provisioner, SessionStore sessions,
        TicketKeeper tickets, LaunchTraces traces, HttpContext context, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(session, id, cancellationToken) is not { } desktop)
            return Refusals.NoSuchDesktop();

        var ticket = await provisioner.IssueTicketAsync(id, cancellationToken);
        tickets.Keep(session, ticket);
        if (!sessions.Touch(session))
        {
            // Signed out meanwhile: what there was has been revoked by now, without this one.
            await tickets.RevokeAsync(ticket, CancellationToken.None);
            return Refusals.NoSession();
        }

        context.Response.Headers.TraceParent = traces.Find(id);
        return TypedResults.Ok(new Ticket(
            Tunnel, ticket.Token, ticket.DataSource, ticket.Connection, ticket.Type, ticket.ExpiresAt, desktop.RecordingSince));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ReportFirstFrame(
        string id, FirstFrame frame, PortalSession session, DesktopAccess access, LaunchTraces traces, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(session, id, cancellationToken) is not { } desktop)
            return Refusals.NoSuchDesktop();
        traces.ReportFirstFrame(desktop, TimeSpan.FromMilliseconds(Math.Clamp(frame.TunnelMilliseconds ?? 0, 0, 600_000)));
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<ScreenSize>, ProblemHttpResult>> ResizeAsync(
        string id, ScreenSize size, PortalSession session, DesktopAccess access, ProvisionerClient provisioner,
        CancellationToken cancellationToken) =>
        await access.FindAsync(session, id, cancellationToken) is null
            ? Refusals.NoSuchDesktop()
            : TypedResults.Ok(await provisioner.ResizeAsync(id, size, cancellationToken));

    private static async Task<Results<Ok<DesktopInfo>, ProblemHttpResult>> SaveAsync(
        string id, PortalSession session, DesktopAccess access, ProvisionerClient provisioner, CancellationToken cancellationToken) =>
        await access.FindAsync(session, id, cancellationToken) is null
            ? Refusals.NoSuchDesktop()
            : TypedResults.Ok(DesktopInfo.Of(await provisioner.SaveAsync(id, cancellationToken)));

    private static async Task<Results<Ok<DesktopInfo>, ProblemHttpResult>> StayAsync(
        string id, PortalSession session, DesktopAccess access, ProvisionerClient provisioner, CancellationToken cancellationToken) =>
        await access.FindAsync(session, id, cancellationToken) is null
            ? Refusals.NoSuchDesktop()
            : TypedResults.Ok(DesktopInfo.Of(await provisioner.StayAsync(id, cancellationToken)));

    private static async Task<Results<Accepted, ProblemHttpResult>> StopAsync(
        string id, PortalSession session, DesktopAccess access, ProvisionerClient provisioner,
        CancellationToken cancellationToken, bool discard = false)
    {
        if (await access.FindAsync(session, id, cancellationToken) is null)
            return Refusals.NoSuchDesktop();
        await provisioner.StopAsync(id, discard, cancellationToken);
        return TypedResults.Accepted((string?)null);
    }
}
