using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.ContainerImages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Provides extension methods for adding container images to the application model.</summary>
public static class ContainerImageBuilderExtensions
{
    /// <summary>Adds an image that is built from a Dockerfile.</summary>
    /// <param name="builder">The <see cref="IDistributedApplicationBuilder"/>.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="reference">The image's own name with its tag.</param>
    /// <param name="contextPath">The folder of the Dockerfile, relative to the AppHost; all of it is sent to the builder.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <remarks>
    /// Nothing is built where the engine has an image of that name that was made from the same files, arguments and bases: a label on it
    /// tells. In publish mode nothing is built either: what runs the image then carries its Dockerfile
    /// (<see cref="WithImage{T}(IResourceBuilder{T}, IResourceBuilder{ContainerImageResource})"/>).
    /// </remarks>
    public static IResourceBuilder<ContainerImageResource> AddContainerImage(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string reference, string contextPath)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(contextPath);
        return builder.AddImage(name, reference, new DockerfileRecipe(Path.GetFullPath(contextPath, builder.AppHostDirectory)));
    }

    /// <summary>Adds an image that a command makes, if the engine does not have one of its name.</summary>
    /// <param name="builder">The <see cref="IDistributedApplicationBuilder"/>.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="reference">The image's own name with its tag.</param>
    /// <param name="workingDirectory">Where the command is run, relative to the AppHost.</param>
    /// <param name="command">The command, relative to <paramref name="workingDirectory"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<ContainerImageResource> AddContainerImage(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string reference, string workingDirectory, string command,
        params string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(command);
        var folder = Path.GetFullPath(workingDirectory, builder.AppHostDirectory);
        return builder.AddImage(name, reference, new CommandRecipe(new(Path.GetFullPath(command, folder), arguments, folder)));
    }

    /// <summary>Passes an argument to the Dockerfile.</summary>
    /// <param name="builder">The image.</param>
    /// <param name="name">The argument's name.</param>
    /// <param name="value">Its value, which stays visible in the image: no secret.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <exception cref="InvalidOperationException">The image is not built from a Dockerfile.</exception>
    public static IResourceBuilder<ContainerImageResource> WithBuildArg(
        this IResourceBuilder<ContainerImageResource> builder, string name, string value)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var recipe = builder.Resource.Recipe as DockerfileRecipe
            ?? throw new InvalidOperationException($"The image '{builder.Resource.Name}' is made by a command, which takes no build arguments.");
        recipe.Arguments[name] = value;
        return builder;
    }

    /// <summary>Has an image begin with another one of this application, named to its Dockerfile as the argument <c>BASE</c>.</summary>
    /// <param name="builder">The image.</param>
    /// <param name="baseImage">The image that it begins with, which is made first.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<ContainerImageResource> WithBase(
        this IResourceBuilder<ContainerImageResource> builder, IResourceBuilder<ContainerImageResource> baseImage)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(baseImage);
        builder.Resource.Bases.Add(baseImage.Resource);
        return builder.WithBuildArg("BASE", baseImage.Resource.Reference).WithReferenceRelationship(baseImage.Resource);
    }

    /// <summary>Runs an image of this application in a container, which starts when the image is there.</summary>
    /// <typeparam name="T">The kind of the container.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="image">The image.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<T> WithImage<T>(this IResourceBuilder<T> builder, IResourceBuilder<ContainerImageResource> image)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(image);
        var (name, tag) = image.Resource.Reference.Split(':') is [var first, var second] ? (first, second) : (image.Resource.Reference, "latest");
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode && image.Resource.Recipe is DockerfileRecipe recipe)
        {
            // A Dockerfile replaces the name, so the name that counts comes after it.
            builder.WithDockerfile(recipe.ContextPath);
            foreach (var (argument, value) in recipe.Arguments)
                builder.WithBuildArg(argument, value);
        }
        else
        {
            // It is nowhere else to be had.
            builder.WithImagePullPolicy(ImagePullPolicy.Never).WaitForImage(image);
        }

        image.WithParentRelationship(builder.Resource);
        return builder.WithImageRegistry(null).WithImage(name, tag);
    }

    /// <summary>Starts a resource only when the engine has the image.</summary>
    /// <typeparam name="T">The kind of the resource.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="image">The image.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <remarks>It waits also for an image that could not be made: its command <c>build</c>, used when the cause is mended, lets the start go on.</remarks>
    public static IResourceBuilder<T> WaitForImage<T>(this IResourceBuilder<T> builder, IResourceBuilder<ContainerImageResource> image)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(image);
        return builder.OnBeforeResourceStarted((resource, starting, cancellationToken) =>
            AwaitAsync(resource, image.Resource, starting.Services, cancellationToken));
    }

    private static async Task AwaitAsync(
        IResource resource, ContainerImageResource image, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (image.Availability.IsBuilt)
            return;
        await services.GetRequiredService<ResourceNotificationService>().PublishUpdateAsync(
            resource, snapshot => snapshot with { State = KnownResourceStates.Waiting }).ConfigureAwait(false);
        var log = services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
        ImageLog.Waiting(log, image.Name);
        await image.Availability.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static IResourceBuilder<ContainerImageResource> AddImage(
        this IDistributedApplicationBuilder builder, string name, string reference, ImageRecipe recipe)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(reference);
        var image = new ContainerImageResource(name, reference, recipe);
        // What is published makes no images: what runs one carries its Dockerfile.
        if (builder.ExecutionContext.IsPublishMode)
            return builder.CreateResourceBuilder(image);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ImageMaker>());
        return builder.AddResource(image)
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "ContainerImage",
                State = KnownResourceStates.Waiting,
                Properties = [new("image", reference)],
            })
            .WithIconName("Layer")
            .WithBuildCommand();
    }
}
