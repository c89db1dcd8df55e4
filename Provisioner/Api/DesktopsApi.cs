using Guacamole.Client;
using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Saving;
using GuacAspire.Provisioner.Stopping;
using GuacAspire.Provisioner.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace GuacAspire.Provisioner.Api;

/// <summary>Desktops: launch, look at, enter, save, stop.</summary>
internal static class DesktopsApi
{
    public static IEndpointRouteBuilder MapDesktopsApi(this IEndpointRouteBuilder app)
    {
        var desktops = app.MapGroup("/desktops").WithTags("Desktops").RequireAuthorization().AddEndpointFilter<KnownDesktopsFilter>()
            .Refuses(503);
        // The mesh's own limit is checked while it is spooled.
        desktops.MapPost("", LaunchAsync).WithMetadata(new DisableRequestSizeLimitAttribute()).Accepts<IFormFile>("multipart/form-data")
            .WithSummary("Launches a mesh, or saved work, or finds the same launch under way").Refuses(400, 404, 413, 415, 429, 502, 507);
        desktops.MapGet("", List).WithSummary("All desktops, or an owner's");
        desktops.MapGet("changes", EventStream (DesktopFeed feed) => new(feed.Subscribe(id: null)))
            .WithSummary("Every change of every desktop, as it happens").Produces<Desktop>(200, "text/event-stream");
        desktops.MapGet("memory", ServerSentEventsResult<IReadOnlyDictionary<string, long>> (
                MemoryReader memory, CancellationToken cancellationToken) =>
                TypedResults.ServerSentEvents(memory.FollowAsync(cancellationToken), "memory"))
            .WithSummary("How many bytes of memory each desktop holds, at once and again every now and then")
            .Produces<IReadOnlyDictionary<string, long>>(200, "text/event-stream");
        var desktop = desktops.MapGroup("{id}").Refuses(404);
        desktop.MapGet("", Get).WithSummary("One desktop");
        desktop.MapGet("events", Listen).WithSummary("Its changes, the present state first").Produces<Desktop>(200, "text/event-stream");
        desktop.MapPost("ticket", IssueTicketAsync).WithSummary("A token that opens its picture").Refuses(409, 502);
        desktop.MapPut("screen", ResizeAsync).WithSummary("Gives its screen another size").Refuses(400, 409, 502);
        desktop.MapPost("save", SaveAsync).WithSummary("Saves it; answers when the file is safe").Refuses(409, 500, 502, 504, 507);
        desktop.MapPost("stay", Stay).WithSummary("Gives it more time").Refuses(409);
        desktop.MapGet("file", GetFile).WithSummary("The newest .blend").Produces(200, contentType: "application/octet-stream");
        desktop.MapDelete("", StopAsync).WithSummary("Saves it and removes it; with discard=true only removes it");
        return app;
    }

    private static async Task<Accepted<Desktop>> LaunchAsync(
        HttpRequest request, DesktopLauncher launcher, SaveStore saves, IOptions<JsonOptions> json, CancellationToken cancellationToken)
    {
        var form = await LaunchForm.ReadAsync(request, json, cancellationToken);
        var (launch, file, notice) = form.Mesh is { } mesh ? (form.Launch, mesh, null) : SavesApi.Resume(form.Launch, saves);
        await using var opened = file;
        var desktop = await launcher.BeginAsync(launch, file, notice, cancellationToken);
        return TypedResults.Accepted($"/desktops/{desktop.Id}", desktop);
    }

    private static Ok<List<Desktop>> List(DesktopRegistry registry, string? owner = null) =>
        TypedResults.Ok(
            registry.List(owner).Select(desktop => desktop.Current).Where(desktop => desktop.State != DesktopState.Stopped).ToList());

    private static Ok<Desktop> Get(string id, DesktopRegistry registry) => TypedResults.Ok(Find(registry, id).Current);

    private static EventStream Listen(string id, DesktopRegistry registry, DesktopFeed feed) => new(feed.Subscribe(Find(registry, id).Id));

    private static async Task<Ok<DesktopTicket>> IssueTicketAsync(
        string id, DesktopRegistry registry, DesktopAccess access, Attendance attendance, GuacamolePatience patience,
        CancellationToken cancellationToken)
    {
        var desktop = Find(registry, id);
        if (!IsUsable(desktop) || desktop.Connection is not { } connection)
            throw NotReady(desktop);
        attendance.Expect(desktop);
        return TypedResults.Ok(
            await patience.ShortAsync(() => EnterAsync(desktop, connection, access, cancellationToken), cancellationToken));
    }

    private static async Task<DesktopTicket> EnterAsync(
        ManagedDesktop desktop, string connection, DesktopAccess access, CancellationToken cancellationToken)
    {
        var password = desktop.Password ??= await access.ResetPasswordAsync(desktop.Id, cancellationToken);
        try
        {
            return await access.IssueTicketAsync(desktop.Id, password, connection, cancellationToken);
        }
        catch (GuacamoleInvalidCredentialsException)
        {
            // Somebody has changed it in Guacamole; it is ours to change back.
            desktop.Password = await access.ResetPasswordAsync(desktop.Id, cancellationToken);
            return await access.IssueTicketAsync(desktop.Id, desktop.Password, connection, cancellationToken);
        }
    }

    private static async Task<Ok<ScreenSize>> ResizeAsync(
        string id, ScreenSize size, DesktopRegistry registry, DesktopScreen screen, CancellationToken cancellationToken)
    {
        var desktop = Find(registry, id);
        return IsUsable(desktop) ? TypedResults.Ok(await screen.ResizeAsync(desktop, size, cancellationToken)) : throw NotReady(desktop);
    }

    private static async Task<Ok<Desktop>> SaveAsync(string id, DesktopRegistry registry, SaveOnRequest saving) =>
        TypedResults.Ok(await saving.SaveAsync(Find(registry, id)));

    private static Ok<Desktop> Stay(string id, DesktopRegistry registry, DesktopCuller culler)
    {
        var desktop = Find(registry, id);
        return IsUsable(desktop) ? TypedResults.Ok(culler.Stay(desktop)) : throw NotReady(desktop);
    }

    private static FileStreamHttpResult GetFile(string id, DesktopRegistry registry, SaveStore saves) =>
        saves.OpenNewest(Find(registry, id).Claim) is { } file
            ? TypedResults.Stream(file.Content, "application/octet-stream", lastModified: file.SavedAt)
            : throw new ProblemException(StatusCodes.Status404NotFound, "Nothing has been saved yet", "Save the desktop first.");

    private static async Task<Accepted<Desktop>> StopAsync(
        string id, DesktopRegistry registry, StopMarks marks, DesktopStopper stopper, bool discard = false)
    {
        var desktop = Find(registry, id);
        if (desktop.Current.State.IsOver())
            throw Unknown(id);
        await marks.TryWriteAsync(desktop, discard);
        stopper.Begin(desktop, discard);
        return TypedResults.Accepted($"/desktops/{id}", desktop.Current);
    }

    internal static ManagedDesktop Find(DesktopRegistry registry, string id) => registry.Find(id) ?? throw Unknown(id);

    internal static bool IsUsable(ManagedDesktop desktop) =>
        desktop.Current.State.IsUsable() && !desktop.StopRequested.IsCancellationRequested;

    internal static ProblemException NotReady(ManagedDesktop desktop) => new(
        StatusCodes.Status409Conflict, "The desktop is not ready", $"It is {desktop.Current.State.ToString().ToLowerInvariant()}.");

    private static ProblemException Unknown(string id) =>
        new(StatusCodes.Status404NotFound, "No such desktop", $"There is no desktop '{id}', or it is gone.");
}
