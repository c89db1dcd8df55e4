using GuacAspire.Provisioner.Pictures;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Api;

/// <summary>Pictures of meshes that nobody has opened yet.</summary>
internal static class PicturesApi
{
    public static IEndpointRouteBuilder MapPicturesApi(this IEndpointRouteBuilder app)
    {
        app.MapPost("/pictures", TakeAsync).WithTags("Pictures").RequireAuthorization()
            // The mesh's own limit is checked below.
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .Accepts<byte[]>("application/octet-stream").Produces(StatusCodes.Status200OK, contentType: "image/png")
            .WithSummary("Opens a mesh in a desktop of its own, and answers with its picture")
            .Refuses(409, 411, 413, 415, 422, 502, 503, 504);
        return app;
    }

    private static async Task<FileContentHttpResult> TakeAsync(
        string name, HttpRequest request, MeshPhotographer photographer, IOptions<DesktopsOptions> options,
        CancellationToken cancellationToken)
    {
        if (request.ContentLength is not { } bytes || bytes == 0)
            throw new ProblemException(StatusCodes.Status411LengthRequired, "How large is the mesh?", "Send it with its Content-Length.");
        if (bytes > options.Value.MaxMeshBytes)
        {
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge, "The mesh is too large",
                $"It may have {ByteSize.Describe(options.Value.MaxMeshBytes)}.");
        }

        return TypedResults.Bytes(await photographer.TakeAsync(name, request.Body, cancellationToken), "image/png");
    }
}
