namespace Aspire.Hosting.ApplicationModel;

/// <summary>Represents the Blender desktops: the image that they run, and, as children, the desktops that live now.</summary>
/// <param name="name">The name of the resource.</param>
/// <param name="instance">Tells the desktops of this application from those of another on the same engine.</param>
/// <param name="image">The image that every desktop runs.</param>
public sealed class BlenderDesktopsResource(string name, string instance, ContainerImageResource image) : Resource(name)
{
    /// <summary>Gets what tells the desktops of this application from those of another on the same engine.</summary>
    public string Instance { get; } = instance;

    /// <summary>Gets the image that every desktop runs.</summary>
    public ContainerImageResource Image { get; } = image;

    /// <summary>In publish mode, the container that carries the image's Dockerfile.</summary>
    internal ContainerResource? PublishedImage { get; set; }

    /// <summary>Gets the endpoint on which people find the page of each desktop; null where nobody has said.</summary>
    internal EndpointReference? Pages { get; set; }
}
