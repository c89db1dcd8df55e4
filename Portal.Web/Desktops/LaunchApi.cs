using GuacAspire.Contracts;
using GuacAspire.Portal.Web.Meshes;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.Portal.Web.Session;
using GuacAspire.Portal.Web.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>Opens a mesh, or what its owner has made of it, in a desktop of its own.</summary>
internal static class LaunchApi
{
    // In place of a save's id: the owner's newest of that mesh.
    private const string Latest = "latest";

    public static async Task<Results<Accepted<DesktopInfo>, ProblemHttpResult>> LaunchAsync(
        Launch launch, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey, PortalSession session,
        MeshLibrary meshes, ProvisionerClient provisioner, LaunchTraces traces, HttpContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(launch.Mesh))
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status400BadRequest,
                title: "Which mesh?",
                detail: "Send {\"mesh\": …} with the id of a mesh from GET /api/meshes.");
        }

        var mesh = meshes.Find(launch.Mesh, session.Username);
        Desktop desktop;
        if (launch.Resume is null)
        {
            if (mesh is null)
                return Refusals.NoSuchMesh();
            await using var file = mesh.OpenRead();
            desktop = await provisioner.LaunchAsync(Request(mesh.Id, mesh.FileName), file, cancellationToken);
        }
        else
        {
            // Work outlives the upload that it began as.
            var saves = await provisioner.ListSavesAsync(session.Username, cancellationToken);
            if (saves.FirstOrDefault(save => save.Mesh == launch.Mesh) is not { } newest)
                return Refusals.NoSuchSave();
            // One that is not in the list was perhaps replaced by one that is: that the Provisioner knows.
            var resume = launch.Resume == Latest ? newest.Id : launch.Resume;
            desktop = await provisioner.LaunchAsync(Request(newest.Mesh, newest.FileName) with { Resume = resume }, null, cancellationToken);
        }

        context.Response.Headers.TraceParent = traces.Begin(desktop);
        return TypedResults.Accepted($"/api/desktops/{desktop.Id}", DesktopInfo.Of(desktop));

        LaunchRequest Request(string id, string fileName) =>
            new(session.Username, id, fileName, idempotencyKey, launch.Width, launch.Height);
    }
}
