using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ContainerResourceBuilderExtensions
{
    public static IResourceBuilder<ContainerResource> AddDockerfile(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string contextPath,
        string? dockerfilePath = null, string? stage = null) =>
        builder.AddContainer(name, "placeholder").WithDockerfile(contextPath, dockerfilePath, stage);

    public static IResourceBuilder<T> WithDockerfile<T>(
        this IResourceBuilder<T> builder, string contextPath, string? dockerfilePath = null, string? stage = null)
        where T : ContainerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(contextPath);
        var context = Path.GetFullPath(contextPath, builder.ApplicationBuilder.AppHostDirectory).TrimEnd(Path.DirectorySeparatorChar);
        var dockerfile = Path.GetFullPath(dockerfilePath ?? "Dockerfile", context);

        // One name for each clone and resource, so that a second start finds the image that the first one built.
        var hash = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{builder.ApplicationBuilder.AppHostDirectory}|{context}|{dockerfile}|{stage}")))[..12];
        var image = builder.Resource.Name.ToLowerInvariant();
        Image(builder.Resource);
        return builder.WithAnnotation(
            new DockerfileBuildAnnotation(context, dockerfile, stage) { ImageName = image, ImageTag = hash },
            ResourceAnnotationMutationBehavior.Replace);
    }

    public static IResourceBuilder<T> WithBuildArg<T>(this IResourceBuilder<T> builder, string name, object? value)
        where T : ContainerResource
    {
        if (!builder.Resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
            throw new InvalidOperationException(
                "The resource does not have a Dockerfile build annotation. Call WithDockerfile before calling WithBuildArg.");
        build.BuildArguments[name] = value;
        return builder;
    }

    public static IResourceBuilder<T> WithBuildArg<T>(
        this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> value)
        where T : ContainerResource =>
        value.Resource.Secret
            ? throw new InvalidOperationException("Cannot add secret parameter as a build argument. Use WithBuildSecret instead.")
            : builder.WithBuildArg(name, (object)value.Resource);

    public static IResourceBuilder<T> WithContainerFiles<T>(
        this IResourceBuilder<T> builder, string destinationPath, IEnumerable<ContainerFileSystemItem> entries,
        int? defaultOwner = null, int? defaultGroup = null, UnixFileMode? umask = null) where T : ContainerResource =>
        builder.WithContainerFiles(destinationPath, (_, _) => Task.FromResult(entries), defaultOwner, defaultGroup, umask);

    public static IResourceBuilder<T> WithContainerFiles<T>(this IResourceBuilder<T> builder, string destinationPath,
        Func<ContainerFileSystemCallbackContext, CancellationToken, Task<IEnumerable<ContainerFileSystemItem>>> callback,
        int? defaultOwner = null, int? defaultGroup = null, UnixFileMode? umask = null) where T : ContainerResource =>
        builder.WithAnnotation(new ContainerFileSystemCallbackAnnotation
        {
            DestinationPath = destinationPath,
            Callback = callback,
            DefaultOwner = defaultOwner,
            DefaultGroup = defaultGroup,
            Umask = umask,
        });

    public static IResourceBuilder<T> WithContainerFiles<T>(this IResourceBuilder<T> builder, string destinationPath, string sourcePath,
        int? defaultOwner = null, int? defaultGroup = null, UnixFileMode? umask = null) where T : ContainerResource
    {
        var path = Path.GetFullPath(sourcePath, builder.ApplicationBuilder.AppHostDirectory);
        return builder.WithContainerFiles(destinationPath,
            (_, _) => Task.FromResult(ContainerDirectory.GetFileSystemItemsFromPath(path, searchOptions: SearchOption.AllDirectories)),
            defaultOwner, defaultGroup, umask);
    }
}
