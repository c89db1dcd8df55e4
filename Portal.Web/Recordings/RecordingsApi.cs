using System.Globalization;
using GuacAspire.Contracts;
using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Meshes;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.Portal.Web.Session;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Portal.Web.Recordings;

/// <summary>Recording one's desktops, and what has been recorded, which stays when the desktop is gone.</summary>
internal static class RecordingsApi
{
    public static IEndpointRouteBuilder MapRecordingsApi(this IEndpointRouteBuilder app)
    {
        app.MapPut("/api/desktops/{id}/recording", SwitchAsync).WithTags("Recordings").RequireAuthorization()
            .WithSummary("Begin or end to record its screen; whoever looks at it is connected anew")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status501NotImplemented)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        var api = app.MapGroup("/api/recordings").WithTags("Recordings").RequireAuthorization()
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/", ListAsync).WithSummary("My recordings, the newest first");
        api.MapGet("/{id}/file", DownloadAsync).WithSummary("One of them, in Guacamole's own format")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapDelete("/{id}", RemoveAsync).WithSummary("Remove it for good")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return app;
    }

    private static async Task<Results<Ok<DesktopInfo>, ProblemHttpResult>> SwitchAsync(
        string id, RecordingSwitch wanted, PortalSession session, DesktopAccess access, ProvisionerClient provisioner,
        CancellationToken cancellationToken) =>
        await access.FindAsync(session, id, cancellationToken) is null
            ? Refusals.NoSuchDesktop()
            : TypedResults.Ok(DesktopInfo.Of(await provisioner.RecordAsync(id, wanted.On, cancellationToken)));

    private static async Task<Ok<RecordingInfo[]>> ListAsync(
        PortalSession session, ProvisionerClient provisioner, MeshLibrary meshes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await InfosAsync(session, provisioner, meshes, cancellationToken));

    private static async Task<IResult> DownloadAsync(
        string id, PortalSession session, ProvisionerClient provisioner, MeshLibrary meshes, HttpContext context,
        CancellationToken cancellationToken)
    {
        var infos = await InfosAsync(session, provisioner, meshes, cancellationToken);
        if (infos.FirstOrDefault(info => info.Id == id) is not { } recording)
            return NoSuchRecording();

        var file = await provisioner.OpenRecordingAsync(id, session.Username, cancellationToken);
        context.Response.RegisterForDispose(file);
        context.Response.ContentLength = file.Content.Headers.ContentLength;
        var name = string.Create(CultureInfo.InvariantCulture, $"{recording.Name} {recording.StartedAt:yyyy-MM-dd HHmmss}.guac");
        return TypedResults.Stream(
            await file.Content.ReadAsStreamAsync(cancellationToken), "application/octet-stream", name, recording.EndedAt);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        string id, PortalSession session, ProvisionerClient provisioner, CancellationToken cancellationToken) =>
        await provisioner.RemoveRecordingAsync(id, session.Username, cancellationToken) ? TypedResults.NoContent() : NoSuchRecording();

    private static async Task<RecordingInfo[]> InfosAsync(
        PortalSession session, ProvisionerClient provisioner, MeshLibrary meshes, CancellationToken cancellationToken)
    {
        var recordings = await provisioner.ListRecordingsAsync(session.Username, cancellationToken);
        return [.. recordings.Select(recording => RecordingInfo.Of(recording, meshes.Find(recording.Mesh, session.Username)))];
    }

    private static ProblemHttpResult NoSuchRecording() => TypedResults.Problem(
        statusCode: StatusCodes.Status404NotFound,
        title: "There is no such recording",
        detail: "It has been removed, or it never was yours. GET /api/recordings lists your own.");
}

/// <summary>A recording as its owner sees it.</summary>
/// <param name="Id">Its name in the paths here.</param>
/// <param name="Mesh">The id of the mesh that the desktop was launched with; that may be gone.</param>
/// <param name="Name">What to call it.</param>
/// <param name="Desktop">The desktop, which may be gone.</param>
/// <param name="StartedAt">When it begins.</param>
/// <param name="EndedAt">When something was recorded last.</param>
/// <param name="Bytes">How large it is.</param>
/// <param name="Running">Whether it may still grow.</param>
internal sealed record RecordingInfo(
    string Id, string Mesh, string Name, string Desktop, DateTimeOffset StartedAt, DateTimeOffset EndedAt, long Bytes, bool Running)
{
    public static RecordingInfo Of(Recording recording, Mesh? mesh) => new(
        recording.Id,
        recording.Mesh,
        mesh?.Info.Name ?? Path.GetFileNameWithoutExtension(recording.FileName),
        recording.Desktop,
        recording.StartedAt,
        recording.EndedAt,
        recording.Bytes,
        recording.Running);
}
