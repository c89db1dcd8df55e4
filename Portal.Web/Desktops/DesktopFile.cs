using GuacAspire.Portal.Web.Meshes;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.Portal.Web.Session;

namespace GuacAspire.Portal.Web.Desktops;

/// <summary>Passes the newest .blend of a desktop on to its owner, without keeping it.</summary>
internal static class DesktopFile
{
    public static async Task<IResult> DownloadAsync(
        string id, PortalSession session, DesktopAccess access, ProvisionerClient provisioner, MeshLibrary meshes,
        HttpContext context, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(session, id, cancellationToken) is not { } desktop)
            return Refusals.NoSuchDesktop();

        var file = await provisioner.OpenFileAsync(id, cancellationToken);
        context.Response.RegisterForDispose(file);
        context.Response.ContentLength = file.Content.Headers.ContentLength;
        var name = meshes.Find(desktop.Mesh, session.Username)?.Slug ?? desktop.Id;
        return TypedResults.Stream(
            await file.Content.ReadAsStreamAsync(cancellationToken), "application/octet-stream", $"{name}.blend", desktop.SavedAt);
    }
}
