namespace Aspire.Hosting.ApplicationModel;

/// <summary>Represents one desktop that lives now; the Provisioner, not the model, starts and stops it.</summary>
/// <param name="name">The desktop's id.</param>
/// <param name="parent">The desktops that it belongs to.</param>
public sealed class BlenderDesktopResource(string name, BlenderDesktopsResource parent)
    : Resource(name), IResourceWithParent<BlenderDesktopsResource>
{
    /// <summary>Gets the desktops that it belongs to.</summary>
    public BlenderDesktopsResource Parent { get; } = parent;
}
