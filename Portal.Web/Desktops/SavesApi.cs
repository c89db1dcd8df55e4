using GuacAspire.Contracts;
using GuacAspire.Portal.Web.Meshes;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.Portal.Web.Session;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>One's saved work, which stays when the desktop is gone.</summary>
internal static class SavesApi
{
    public static IEndpointRouteBuilder MapSavesApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/saves").WithTags("Saves").RequireAuthorization()
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/", ListAsync).WithSummary("My saved work, the newest first; a launch can resume it");
        api.MapGet("/{id}/file", DownloadAsync)
            .WithSummary("The .blend; in place of a checkpoint that was replaced since, the newer one, whose name says so")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/{id}/thumbnail.png", ShowAsync).WithSummary("What it looked like")
            .Produces(StatusCodes.Status200OK, contentType: "image/png").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapDelete("/{id}", RemoveAsync).WithSummary("Remove it for good").ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static async Task<Ok<SaveInfo[]>> ListAsync(
        PortalSession session, ProvisionerClient provisioner, MeshLibrary meshes, CancellationToken cancellationToken)
    {
        var saves = await provisioner.ListSavesAsync(session.Username, cancellationToken);
        return TypedResults.Ok(saves.Select(save => SaveInfo.Of(save, meshes.Find(save.Mesh, session.Username))).ToArray());
    }

    private static async Task<IResult> DownloadAsync(
        string id, PortalSession session, ProvisionerClient provisioner, HttpContext context, CancellationToken cancellationToken)
    {
        var file = await provisioner.OpenSaveAsync(id, session.Username, cancellationToken);
        context.Response.RegisterForDispose(file);
        context.Response.ContentLength = file.Content.Headers.ContentLength;
        // Its name comes with it: it says so where a newer save has taken the place of the one that was asked for.
        return TypedResults.Stream(
            await file.Content.ReadAsStreamAsync(cancellationToken), "application/octet-stream",
            file.Content.Headers.ContentDisposition?.FileNameStar ?? $"{id}.blend", file.Content.Headers.LastModified);
    }

    private static async Task<IResult> ShowAsync(
        string id, PortalSession session, ProvisionerClient provisioner, HttpContext context, CancellationToken cancellationToken)
    {
        var picture = await provisioner.OpenSavePictureAsync(id, session.Username, cancellationToken);
        context.Response.RegisterForDispose(picture);
        // What was saved does not change; whose it was may sign out.
        context.Response.Headers.CacheControl = "private, max-age=3600";
        return TypedResults.Stream(await picture.Content.ReadAsStreamAsync(cancellationToken), "image/png");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        string id, PortalSession session, ProvisionerClient provisioner, CancellationToken cancellationToken) =>
        await provisioner.RemoveSaveAsync(id, session.Username, cancellationToken) ? TypedResults.NoContent() : Refusals.NoSuchSave();
}

/// <summary>Saved work as its owner sees it.</summary>
/// <param name="Id">What a launch resumes from.</param>
/// <param name="Mesh">The id of the mesh that it began as; that may be gone.</param>
/// <param name="Name">What to call it.</param>
/// <param name="Desktop">The desktop that saved it.</param>
/// <param name="SavedAt">When.</param>
/// <param name="Bytes">How large the file is.</param>
/// <param name="Checkpoint">Whether it was saved by itself, in the midst of work.</param>
/// <param name="Thumbnail">Where its picture is, if there is one.</param>
internal sealed record SaveInfo(
    string Id, string Mesh, string Name, string Desktop, DateTimeOffset SavedAt, long Bytes, bool Checkpoint, string? Thumbnail)
{
    public static SaveInfo Of(Save save, Mesh? mesh) => new(
        save.Id,
        save.Mesh,
        mesh?.Info.Name ?? Path.GetFileNameWithoutExtension(save.FileName),
        save.Desktop,
        save.SavedAt,
        save.Bytes,
        save.Checkpoint,
        save.HasPicture ? $"/api/saves/{save.Id}/thumbnail.png" : null);
}
