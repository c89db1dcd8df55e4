namespace AppHost;

/// <summary>Builds an image from Debian's packages, for machines that no registry answers.</summary>
internal static class DebianImages
{
    private const string Folder = "../Images";

    /// <summary>Replaces the official image of a container by the one of <c>Images/{image}</c>, on the given Debian release.</summary>
    public static IResourceBuilder<T> WithDebianImage<T>(this IResourceBuilder<T> builder, ImageSource source, string image, string suite)
        where T : ContainerResource =>
        source.IsRegistry
            ? builder
            : builder.WithDockerfile($"{Folder}/{image}").WithImageRegistry(null).WithImage(ImageName(builder, image), "dev")
                .WithDebianBase(source, suite);

    /// <summary>Lets a Dockerfile start from a Debian base that this machine makes itself, and waits until it has.</summary>
    public static IResourceBuilder<T> WithDebianBase<T>(this IResourceBuilder<T> builder, ImageSource source, string suite = "trixie")
        where T : ContainerResource =>
        source.IsRegistry
            ? builder
            : builder.WithBuildArg("BASE", $"guacaspire-debian:{suite}").WaitForCompletion(Base(builder.ApplicationBuilder, suite));

    private static IResourceBuilder<ExecutableResource> Base(IDistributedApplicationBuilder builder, string suite)
    {
        var name = $"debian-{suite}";
        return builder.TryCreateResourceBuilder<ExecutableResource>(name, out var existing)
            ? existing
            : builder.AddExecutable(name, "./debian-base.sh", Folder, suite).ExcludeFromManifest();
    }

    // Two clones may differ in their Dockerfiles; each has images of its own.
    private static string ImageName<T>(IResourceBuilder<T> builder, string image) where T : IResource =>
        $"guacaspire/{image}-{builder.ApplicationBuilder.Configuration["AppHost:PathSha256"]?[..10].ToLowerInvariant() ?? "local"}";
}
