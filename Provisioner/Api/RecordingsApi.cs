using Guacamole.Client;
using GuacAspire.Provisioner.Recordings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Provisioner.Api;

/// <summary>Recording desktops, and what has been recorded, which stays when its desktop is gone. Nobody but its owner has any.</summary>
internal static class RecordingsApi
{
    public static IEndpointRouteBuilder MapRecordingsApi(this IEndpointRouteBuilder app)
    {
        app.MapPut("/desktops/{id}/recording", SwitchAsync).WithTags("Recordings").RequireAuthorization()
            .AddEndpointFilter<KnownDesktopsFilter>()
            .WithSummary("Begin or end to record a desktop's screen; whoever looks at it is connected anew")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status501NotImplemented)
            .Refuses(502, 503, 507);
        var recordings = app.MapGroup("/recordings").WithTags("Recordings").RequireAuthorization().AddEndpointFilter<KnownDesktopsFilter>()
            .Refuses(502, 503);
        recordings.MapGet("", ListAsync).WithSummary("An owner's recordings, the newest first");
        recordings.MapGet("{id}/file", OpenAsync).WithSummary("One recording, out of Guacamole's history")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream").ProducesProblem(StatusCodes.Status404NotFound);
        recordings.MapDelete("{id}", RemoveAsync).WithSummary("Remove a recording for good")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return app;
    }

    private static async Task<Ok<Desktop>> SwitchAsync(string id, RecordingSwitch wanted, DesktopRegistry registry, Recorder recorder) =>
        registry.Find(id) is { } desktop
            ? TypedResults.Ok(await recorder.SwitchAsync(desktop, wanted.On))
            : throw new ProblemException(StatusCodes.Status404NotFound, "No such desktop", $"There is no desktop '{id}', or it is gone.");

    private static async Task<Ok<IReadOnlyList<Recording>>> ListAsync(
        string owner, RecordingCatalogue catalogue, CancellationToken cancellationToken) =>
        TypedResults.Ok(await catalogue.ListAsync(owner, cancellationToken));

    private static async Task<FileStreamHttpResult> OpenAsync(
        string id, string owner, RecordingCatalogue catalogue, HttpContext context, CancellationToken cancellationToken)
    {
        var (recording, place) = await FindAsync(catalogue, owner, id, cancellationToken);
        try
        {
            var answer = await catalogue.OpenAsync(place, cancellationToken);
            context.Response.RegisterForDispose(answer);
            context.Response.ContentLength = answer.Content.Headers.ContentLength;
            return TypedResults.Stream(
                await answer.Content.ReadAsStreamAsync(cancellationToken), "application/octet-stream", lastModified: recording.EndedAt);
        }
        catch (GuacamoleNotFoundException)
        {
            throw Unknown(id);
        }
    }

    private static async Task<NoContent> RemoveAsync(
        string id, string owner, RecordingCatalogue catalogue, CancellationToken cancellationToken)
    {
        var (recording, _) = await FindAsync(catalogue, owner, id, cancellationToken);
        if (recording.Running)
        {
            throw new ProblemException(
                StatusCodes.Status409Conflict, "This is being recorded", "End the recording, or stop the desktop; then it can be removed.");
        }

        catalogue.Remove(recording);
        return TypedResults.NoContent();
    }

    private static async Task<(Recording Recording, HistoryPlace Place)> FindAsync(
        RecordingCatalogue catalogue, string owner, string id, CancellationToken cancellationToken) =>
        await catalogue.FindAsync(owner, id, cancellationToken) ?? throw Unknown(id);

    private static ProblemException Unknown(string id) =>
        new(StatusCodes.Status404NotFound, "No such recording", $"There is no recording '{id}', or it has been removed since.");
}
