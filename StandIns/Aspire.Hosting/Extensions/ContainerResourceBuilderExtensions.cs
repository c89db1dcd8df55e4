using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ContainerResourceBuilderExtensions
{
    public static IResourceBuilder<ContainerResource> AddContainer(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string image)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(image);
        return builder.AddResource(new ContainerResource(name)).WithImage(image);
    }

    public static IResourceBuilder<ContainerResource> AddContainer(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string image, string tag) =>
        builder.AddContainer(name, image).WithImageTag(tag);

    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string? name, string target, bool isReadOnly = false)
        where T : ContainerResource =>
        builder.WithAnnotation(new ContainerMountAnnotation(name, target, ContainerMountType.Volume, isReadOnly));

    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string target) where T : ContainerResource =>
        builder.WithVolume(null, target);

    public static IResourceBuilder<T> WithBindMount<T>(
        this IResourceBuilder<T> builder, string source, string target, bool isReadOnly = false)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(source);
        var path = Path.GetFullPath(source, builder.ApplicationBuilder.AppHostDirectory);
        return builder.WithAnnotation(new ContainerMountAnnotation(path, target, ContainerMountType.BindMount, isReadOnly));
    }

    public static IResourceBuilder<T> WithEntrypoint<T>(this IResourceBuilder<T> builder, string entrypoint) where T : ContainerResource
    {
        builder.Resource.Entrypoint = entrypoint;
        return builder;
    }

    public static IResourceBuilder<T> WithImage<T>(this IResourceBuilder<T> builder, string image, string? tag = null)
        where T : ContainerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(image);
        var reference = ImageReference.Parse(image);
        if (tag is not null && (reference.Tag ?? reference.Digest) is not null)
            throw new InvalidOperationException("Ambiguous tags - a tag was provided on both the 'tag' and 'image' parameters");

        if (builder.Resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
        {
            build.ImageName = null;
            build.ImageTag = null;
        }

        if (!builder.Resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var annotation))
        {
            annotation = new() { Image = reference.Name };
            builder.Resource.Annotations.Add(annotation);
        }

        annotation.Image = reference.Name;
        if (reference.Digest is not null) annotation.SHA256 = reference.Digest;
        else annotation.Tag = tag ?? reference.Tag ?? "latest";
        return builder;
    }

    public static IResourceBuilder<T> WithImageTag<T>(this IResourceBuilder<T> builder, string tag) where T : ContainerResource
    {
        if (builder.Resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build) && build.ImageTag is not null)
            build.ImageTag = tag;
        Image(builder.Resource).Tag = tag;
        return builder;
    }

    public static IResourceBuilder<T> WithImageRegistry<T>(this IResourceBuilder<T> builder, string? registry) where T : ContainerResource
    {
        Image(builder.Resource).Registry = registry;
        return builder;
    }

    public static IResourceBuilder<T> WithImageSHA256<T>(this IResourceBuilder<T> builder, string sha256) where T : ContainerResource
    {
        Image(builder.Resource).SHA256 = sha256;
        return builder;
    }

    public static IResourceBuilder<T> WithContainerRuntimeArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : ContainerResource =>
        builder.WithContainerRuntimeArgs(context =>
        {
            foreach (var arg in args) context.Args.Add(arg);
        });

    public static IResourceBuilder<T> WithContainerRuntimeArgs<T>(
        this IResourceBuilder<T> builder, Action<ContainerRuntimeArgsCallbackContext> callback)
        where T : ContainerResource =>
        builder.WithContainerRuntimeArgs(context =>
        {
            callback(context);
            return Task.CompletedTask;
        });

    public static IResourceBuilder<T> WithContainerRuntimeArgs<T>(
        this IResourceBuilder<T> builder, Func<ContainerRuntimeArgsCallbackContext, Task> callback)
        where T : ContainerResource =>
        builder.WithAnnotation(new ContainerRuntimeArgsCallbackAnnotation(callback));

    public static IResourceBuilder<T> WithLifetime<T>(this IResourceBuilder<T> builder, ContainerLifetime lifetime)
        where T : ContainerResource =>
        builder.WithAnnotation(new ContainerLifetimeAnnotation { Lifetime = lifetime }, ResourceAnnotationMutationBehavior.Replace);

    public static IResourceBuilder<T> WithImagePullPolicy<T>(this IResourceBuilder<T> builder, ImagePullPolicy pullPolicy)
        where T : ContainerResource =>
        builder.WithAnnotation(
            new ContainerImagePullPolicyAnnotation { ImagePullPolicy = pullPolicy }, ResourceAnnotationMutationBehavior.Replace);

    public static IResourceBuilder<T> WithContainerName<T>(this IResourceBuilder<T> builder, string name) where T : ContainerResource =>
        builder.WithAnnotation(new ContainerNameAnnotation { Name = name }, ResourceAnnotationMutationBehavior.Replace);

    public static IResourceBuilder<T> WithContainerNetworkAlias<T>(this IResourceBuilder<T> builder, string alias)
        where T : ContainerResource =>
        builder.WithAnnotation(new ContainerNetworkAliasAnnotation(alias));

    public static IResourceBuilder<T> WithEndpointProxySupport<T>(this IResourceBuilder<T> builder, bool proxyEnabled)
        where T : ContainerResource
    {
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>()) endpoint.IsProxied = proxyEnabled;
        return builder;
    }

    private static ContainerImageAnnotation Image(ContainerResource resource) =>
        resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var annotation)
        ? annotation : throw new InvalidOperationException($"The resource '{resource.Name}' does not have a container image specified. Use WithImage to specify the container image and tag.");
}
