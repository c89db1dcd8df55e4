using GuacAspire.Portal.Web.Problems;

namespace GuacAspire.Portal.Web.Meshes;

/// <summary>Why an upload was not kept.</summary>
internal static class UploadRefusals
{
    private const string Known = ".blend, .stl, .obj, .ply, .glb, .gltf and .fbx";

    public static ApiException NoFile() => new(
        StatusCodes.Status400BadRequest, "There is no file in the request",
        "Send multipart/form-data with the mesh in a part named \"file\".");

    public static ApiException Empty() => new(
        StatusCodes.Status422UnprocessableEntity, "The file is empty", "Nothing was kept. Export the mesh again and upload that.");

    public static ApiException TooLarge(long most) => new(
        StatusCodes.Status413PayloadTooLarge,
        "The file is too large",
        $"This portal takes meshes of up to {most >> 20} MiB. Reduce the mesh, or save it in a binary format such as .glb.")
    {
        Extensions = new Dictionary<string, object?> { ["limit"] = "uploadBytes", ["available"] = most },
    };

    public static ApiException TooMany(int most) => new(
        StatusCodes.Status409Conflict,
        "You have as many uploads as you may keep",
        $"That is {most}. Delete one that you no longer need, and upload this one again.")
    {
        Extensions = new Dictionary<string, object?> { ["limit"] = "uploads", ["available"] = 0 },
    };

    public static ApiException OwnerGone() => new(
        StatusCodes.Status410Gone, "This guest is gone",
        "Nothing is kept of a guest who has signed out. Sign in again, and upload this once more.");

    public static ApiException UnknownFormat() => new(
        StatusCodes.Status415UnsupportedMediaType, "This is no mesh that Blender opens here", $"The formats are {Known}.");

    public static ApiException NotWhatItSays(string format, string? looksLike) => new(
        StatusCodes.Status415UnsupportedMediaType,
        $"The file is no .{format}",
        looksLike is null
            ? $"Its name says .{format}, but its content does not. Export it again as one of {Known}."
            : $"Its name says .{format}, but its content is .{looksLike}. Give it the ending .{looksLike} and upload it again.");

    public static ApiException NotWhole(string format) => new(
        StatusCodes.Status422UnprocessableEntity,
        $"The .{format} is damaged or not all there",
        "It ends before what it announces. Export the mesh again and upload that.");

    public static ApiException NotSelfContained() => new(
        StatusCodes.Status422UnprocessableEntity,
        "The .gltf needs other files",
        "It points at buffers beside it. Export it as .glb, or as .gltf with embedded buffers.");
}
