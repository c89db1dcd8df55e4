using GuacAspire.Portal.Web.Problems;
using GuacAspire.Portal.Web.Session;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web.Meshes;

internal static class MeshesApi
{
    public static IEndpointRouteBuilder MapMeshesApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/meshes").WithTags("Meshes").RequireAuthorization()
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        api.MapGet("/", List).WithSummary("The samples and my uploads");
        api.MapPost("/", UploadAsync).WithSummary("Upload a mesh")
            .Accepts<IFormFile>("multipart/form-data")
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        var mesh = api.MapGroup("/{id}").ProducesProblem(StatusCodes.Status404NotFound);
        mesh.MapGet("/", Get).WithSummary("One mesh");
        mesh.MapGet("/file", Download).WithSummary("Its bytes");
        mesh.MapGet("/thumbnail.png", Thumbnail).WithSummary("Its picture");
        mesh.MapDelete("/", Delete).WithSummary("Delete an upload").ProducesProblem(StatusCodes.Status403Forbidden);
        return app;
    }

    private static Ok<IEnumerable<MeshInfo>> List(PortalSession session, MeshLibrary library) =>
        TypedResults.Ok(library.List(session.Username).Select(mesh => mesh.Info));

    private static Results<Ok<MeshInfo>, ProblemHttpResult> Get(string id, PortalSession session, MeshLibrary library) =>
        library.Find(id, session.Username) is { } mesh ? TypedResults.Ok(mesh.Info) : Refusals.NoSuchMesh();

    private static async Task<Created<MeshInfo>> UploadAsync(
        HttpContext context, PortalSession session, UploadStore uploads, UploadPictures pictures, IOptions<PortalOptions> options,
        CancellationToken cancellationToken)
    {
        // The store counts what arrives; the server's own limit leaves room for the multipart envelope around it.
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (limit is { IsReadOnly: false })
            limit.MaxRequestBodySize = options.Value.MaxUploadBytes + (1 << 20);
        if (context.Request.ContentLength > options.Value.MaxUploadBytes + (1 << 20))
            throw UploadRefusals.TooLarge(options.Value.MaxUploadBytes);

        var (name, content) = await UploadReader.FindFileAsync(context.Request, cancellationToken);
        var mesh = await uploads.AddAsync(session.Username, name, content, cancellationToken);
        pictures.Poke();
        return TypedResults.Created($"/api/meshes/{mesh.Id}", mesh.Info);
    }

    private static Results<FileStreamHttpResult, ProblemHttpResult> Download(string id, PortalSession session, MeshLibrary library) =>
        library.Find(id, session.Username) is { } mesh
            ? TypedResults.Stream(mesh.OpenRead(), "application/octet-stream", mesh.FileName, enableRangeProcessing: true)
            : Refusals.NoSuchMesh();

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Thumbnail(
        string id, PortalSession session, MeshLibrary library, HttpContext context)
    {
        if (library.Find(id, session.Username) is not { } mesh)
            return Refusals.NoSuchMesh();
        if (mesh.ThumbnailPath is null)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status404NotFound,
                title: "This mesh has no picture",
                detail: "The mesh itself can be opened all the same.");
        }

        context.Response.Headers.CacheControl = "private, max-age=300";
        return TypedResults.PhysicalFile(mesh.ThumbnailPath, "image/png", lastModified: File.GetLastWriteTimeUtc(mesh.ThumbnailPath));
    }

    private static Results<NoContent, ProblemHttpResult> Delete(string id, PortalSession session, MeshLibrary library, UploadStore uploads)
    {
        if (library.Find(id, session.Username) is not { } mesh)
            return Refusals.NoSuchMesh();
        if (mesh.Info.Owner is null)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: "A sample cannot be deleted",
                detail: "It belongs to everybody. Only your own uploads can be deleted.");
        }

        uploads.Remove(mesh);
        return TypedResults.NoContent();
    }
}
