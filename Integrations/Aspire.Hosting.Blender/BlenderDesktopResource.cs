namespace Aspire.Hosting.ApplicationModel;

/// <summary>Represents one desktop that lives now; the Provisioner, not the model, starts and stops it.</summary>
/// <param name="name">What people read: the mesh and the beginning of the desktop's id.</param>
/// <param name="id">The desktop's id.</param>
/// <param name="parent">The desktops that it belongs to.</param>
public sealed class BlenderDesktopResource(string name, string id, BlenderDesktopsResource parent)
    : Resource(name), IResourceWithParent<BlenderDesktopsResource>
{
    /// <summary>Gets the desktop's id, by which the Provisioner and the portal know it.</summary>
    public string Id { get; } = id;

    /// <summary>Gets the desktops that it belongs to.</summary>
    public BlenderDesktopsResource Parent { get; } = parent;
}
