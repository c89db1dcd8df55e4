namespace AppHost;

/// <summary>Makes images from Debian's packages, for machines that no registry answers.</summary>
internal static class DebianImages
{
    private const string Folder = "../Images";

    /// <summary>Replaces the official image of a container by the one of <c>Images/{image}</c>, on the given Debian release.</summary>
    public static IResourceBuilder<T> WithDebianImage<T>(this IResourceBuilder<T> builder, ImageSource source, string image, string suite)
        where T : ContainerResource =>
        source.IsRegistry
            ? builder
            : builder.WithImage(
                builder.ApplicationBuilder.AddContainerImage($"{image}-image", ImageName(builder, image), $"{Folder}/{image}")
                    .WithDebianBase(source, suite));

    /// <summary>Lets a Dockerfile start from a Debian base that this machine makes itself.</summary>
    public static IResourceBuilder<ContainerImageResource> WithDebianBase(
        this IResourceBuilder<ContainerImageResource> builder, ImageSource source, string suite = "trixie") =>
        source.IsRegistry ? builder : builder.WithBase(Base(builder.ApplicationBuilder, suite));

    /// <summary>Lets the desktops' image start from a Debian base that this machine makes itself.</summary>
    public static IResourceBuilder<BlenderDesktopsResource> WithDebianBase(
        this IResourceBuilder<BlenderDesktopsResource> builder, ImageSource source)
    {
        builder.ApplicationBuilder.CreateResourceBuilder(builder.Resource.Image).WithDebianBase(source);
        return builder;
    }

    private static IResourceBuilder<ContainerImageResource> Base(IDistributedApplicationBuilder builder, string suite)
    {
        var name = $"debian-{suite}";
        return builder.TryCreateResourceBuilder<ContainerImageResource>(name, out var existing)
            ? existing
            : builder.AddContainerImage(name, $"guacaspire-debian:{suite}", Folder, "./debian-base.sh", suite);
    }

    // Two clones may differ in their Dockerfiles; each has images of its own.
    private static string ImageName<T>(IResourceBuilder<T> builder, string image) where T : IResource =>
        $"guacaspire/{image}-{builder.ApplicationBuilder.Configuration["AppHost:PathSha256"]?[..10].ToLowerInvariant() ?? "local"}:dev";
}
