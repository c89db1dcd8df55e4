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
        save.MapGet("file", GetFile).WithSummary("The .blend").Produces(200, contentType: "application/octet-stream");
        save.MapGet("picture", GetPicture).WithSummary("What it looks like").Produces(200, contentType: "image/png");
        save.MapDelete("", Remove).WithSummary("Removes it for good");
        return app;
    }

    /// <summary>Turns a launch of a mesh into one of what its owner has made of it.</summary>
    public static (LaunchRequest Launch, Stream File) Resume(LaunchRequest launch, SaveStore store)
    {
        var (save, file) = Find(store, launch.Owner, launch.Resume!);
        if (save.Mesh != launch.Mesh)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "This is work on another mesh",
                $"The save '{save.Id}' began as '{save.Mesh}', not as '{launch.Mesh}'.");
        }

        return (launch with { FileName = save.FileName }, OpenRead(file.Path, save.Id));
    }

    private static PhysicalFileHttpResult GetFile(string id, string owner, SaveStore store)
    {
        var (save, file) = Find(store, owner, id);
        return TypedResults.PhysicalFile(file.Path, "application/octet-stream", lastModified: save.SavedAt);
    }

    private static PhysicalFileHttpResult GetPicture(string id, string owner, SaveStore store)
    {
        var (save, file) = Find(store, owner, id);
        return save.HasPicture
            ? TypedResults.PhysicalFile(file.PicturePath, "image/png", lastModified: save.SavedAt)
            : throw new ProblemException(StatusCodes.Status404NotFound, "There is no picture",
                "Blender showed no 3D viewport when it saved, or had no time to draw one.");
    }

    private static NoContent Remove(string id, string owner, SaveStore store)
    {
        Find(store, owner, id).File.Delete();
        return TypedResults.NoContent();
    }

    private static (Save Save, SavedFile File) Find(SaveStore store, string owner, string id) => store.Find(owner, id) ?? throw Unknown(id);

    private static FileStream OpenRead(string path, string id)
    {
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, useAsync: true);
        }
        catch (FileNotFoundException)
        {
            throw Unknown(id);
        }
    }

    private static ProblemException Unknown(string id) =>
        new(StatusCodes.Status404NotFound, "No such saved work", $"There is no save '{id}', or it has been removed since.");
}
