using System.Globalization;
using GuacAspire.Provisioner.Saving;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GuacAspire.Provisioner.Api;

/// <summary>Saved work, which stays when its desktop is gone. To anybody but its owner there is none.</summary>
internal static class SavesApi
{
    public static IEndpointRouteBuilder MapSavesApi(this IEndpointRouteBuilder app)
    {
        var saves = app.MapGroup("/saves").WithTags("Saves").RequireAuthorization();
        saves.MapGet("", Ok<IReadOnlyList<Save>> (string owner, SaveStore store) => TypedResults.Ok(store.List(owner)))
            .WithSummary("An owner's saved work, the newest first");
        var save = saves.MapGroup("{id}").Refuses(404);
        save.MapGet("file", GetFile).WithSummary("The .blend; in place of a checkpoint that was replaced since, the newer one").Produces(200, contentType: "application/octet-stream");
        save.MapGet("picture", GetPicture).WithSummary("What it looks like").Produces(200, contentType: "image/png");
        save.MapDelete("", Remove).WithSummary("Removes it for good");
        return app;
    }

    /// <summary>
    /// Turns a launch of a mesh into one of what its owner has made of it; with a notice where that is not quite what was asked for.
    /// </summary>
    public static (LaunchRequest Launch, Stream File, string? Notice) Resume(LaunchRequest launch, SaveStore store)
    {
        var (save, file, isNewer) = Open(store, launch.Owner, launch.Resume!);
        if (save.Mesh != launch.Mesh)
        {
            file.Dispose();
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "This is work on another mesh",
                $"The save '{save.Id}' began as '{save.Mesh}', not as '{launch.Mesh}'.");
        }

        return (launch with { FileName = save.FileName, Resume = save.Id }, file, isNewer ? Notice(save) : null);
    }

    private static FileStreamHttpResult GetFile(string id, string owner, SaveStore store)
    {
        var (save, file, isNewer) = Open(store, owner, id);
        return TypedResults.Stream(file, "application/octet-stream", isNewer ? NameOfNewer(save) : save.FileName, save.SavedAt);
    }

    private static FileContentHttpResult GetPicture(string id, string owner, SaveStore store)
    {
        var (save, file) = Find(store, owner, id);
        try
        {
            return TypedResults.Bytes(File.ReadAllBytes(file.PicturePath), "image/png", lastModified: save.SavedAt);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ProblemException(StatusCodes.Status404NotFound, "There is no picture",
                "Blender showed no 3D viewport when it saved, or had no time to draw one.", e);
        }
    }

    private static string Notice(Save newer) => string.Create(
        CultureInfo.InvariantCulture,
        $"What you picked had been replaced by a newer save of the same desktop, of {newer.SavedAt:u}. The newer one was opened.");

    /// <summary>What the file is called that somebody gets in place of an older one: it says so itself, wherever it is kept.</summary>
    private static string NameOfNewer(Save save) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Path.GetFileNameWithoutExtension(save.FileName)}-newer-{save.SavedAt:yyyyMMdd'T'HHmmss'Z'}{Path.GetExtension(save.FileName)}");

    private static NoContent Remove(string id, string owner, SaveStore store)
    {
        Find(store, owner, id).File.Delete();
        return TypedResults.NoContent();
    }

    private static (Save Save, SavedFile File) Find(SaveStore store, string owner, string id) => store.Find(owner, id) ?? throw Unknown(id);

    private static OpenedSave Open(SaveStore store, string owner, string id) => store.Open(owner, id) ?? throw Unknown(id);

    private static ProblemException Unknown(string id) =>
        new(StatusCodes.Status404NotFound, "No such saved work", $"There is no save '{id}', or it has been removed since.");
}
