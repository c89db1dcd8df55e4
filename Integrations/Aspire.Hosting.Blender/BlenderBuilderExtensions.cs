using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Blender;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Provides extension methods for adding Blender desktops to the application model.</summary>
public static class BlenderBuilderExtensions
{
    private const string Section = "Desktops";

    /// <summary>Adds Blender desktops: their image is built from a Dockerfile, and a provisioner starts them when somebody asks.</summary>
    /// <param name="builder">The <see cref="IDistributedApplicationBuilder"/>.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="contextPath">The folder of the desktop image's Dockerfile, relative to the AppHost.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <remarks>
    /// Options in the section <c>Desktops</c> of the AppHost's configuration are passed on to the provisioner. <c>Desktops:Instance</c>
    /// names this application's desktops on the engine; by default it is derived from the AppHost's path, so that two clones never meet.
    /// </remarks>
    public static IResourceBuilder<BlenderDesktopsResource> AddBlenderDesktops(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string contextPath)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(contextPath);

        var clone = builder.Configuration["AppHost:PathSha256"]?[..10].ToLowerInvariant() ?? "local";
        var instance = builder.Configuration[$"{Section}:Instance"] ?? clone;
        var reference = $"guacaspire/blender-{clone}:dev";
        var image = builder.AddContainerImage($"{name}-image", reference, contextPath);
        var desktops = builder.AddResource(new BlenderDesktopsResource(name, instance, image.Resource))
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "BlenderDesktops",
                State = KnownResourceStates.Waiting,
                Properties = [],
            })
            .WithIconName("DesktopMac")
            .ExcludeFromManifest();
        if (builder.ExecutionContext.IsPublishMode)
        {
            // What is published has to say how the image is made; this container has nothing to do but to end.
            desktops.Resource.PublishedImage = builder.AddContainer($"{name}-image", "desktop").WithImage(image).WithEntrypoint("/bin/true").Resource;
        }
        else
        {
            image.WithParentRelationship(desktops.Resource);
        }

        return desktops;
    }

    /// <summary>
    /// Gives a provisioner the desktops' image and options, as <c>Desktops__…</c>, and lets it start when the image is there.
    /// </summary>
    /// <typeparam name="T">The kind of the provisioner.</typeparam>
    /// <param name="builder">The provisioner.</param>
    /// <param name="desktops">The desktops.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<BlenderDesktopsResource> desktops)
        where T : IResourceWithEnvironment, IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(desktops);
        var resource = desktops.Resource;
        return builder
            .WithEnvironment(context =>
            {
                foreach (var option in builder.ApplicationBuilder.Configuration.GetSection(Section).GetChildren().Where(option => option.Value is not null))
                    context.EnvironmentVariables[$"{Section}__{option.Key}"] = option.Value!;
                context.EnvironmentVariables[$"{Section}__Instance"] = resource.Instance;
                context.EnvironmentVariables[$"{Section}__Image"] = resource.PublishedImage is { } published
                    ? new ContainerImageReference(published)
                    : resource.Image.Reference;
            })
            .WithReferenceRelationship(resource)
            .WaitForImage(builder.ApplicationBuilder.CreateResourceBuilder(resource.Image));
    }

    /// <summary>
    /// Shows every desktop of a provisioner as a live resource, lets operators drain it, and lets it save and remove them all when the
    /// application ends.
    /// </summary>
    /// <param name="desktops">The desktops.</param>
    /// <param name="provisioner">The provisioner's endpoint.</param>
    /// <param name="key">The key that the provisioner asks of its callers.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <remarks>A restart, an update or a crash of the provisioner alone leaves the desktops running.</remarks>
    public static IResourceBuilder<BlenderDesktopsResource> WithProvisioner(
        this IResourceBuilder<BlenderDesktopsResource> desktops, EndpointReference provisioner, IResourceBuilder<ParameterResource> key)
    {
        ArgumentNullException.ThrowIfNull(desktops);
        ArgumentNullException.ThrowIfNull(provisioner);
        ArgumentNullException.ThrowIfNull(key);
        var builder = desktops.ApplicationBuilder;
        if (!builder.ExecutionContext.IsRunMode)
            return desktops;

        new DrainCommands(new(provisioner, key.Resource)).AddTo(builder.CreateResourceBuilder(provisioner.Resource));
        // Started last and so stopped first, while the provisioner still runs; saving every desktop takes a while.
        builder.Services.Configure<HostOptions>(
            options => options.ShutdownTimeout = LiveDesktops.ShutdownTimeout + TimeSpan.FromSeconds(15));
        builder.Services.AddHostedService(services =>
            ActivatorUtilities.CreateInstance<LiveDesktops>(services, desktops.Resource, provisioner, key.Resource));
        return desktops;
    }

    /// <summary>Says where people find the page of each desktop, so that the dashboard can lead there.</summary>
    /// <param name="desktops">The desktops.</param>
    /// <param name="pages">The endpoint that people use; a desktop's page is at <c>/desktops/{id}</c> there.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<BlenderDesktopsResource> WithPages(
        this IResourceBuilder<BlenderDesktopsResource> desktops, EndpointReference pages)
    {
        ArgumentNullException.ThrowIfNull(desktops);
        ArgumentNullException.ThrowIfNull(pages);
        desktops.Resource.Pages = pages;
        return desktops;
    }
}
