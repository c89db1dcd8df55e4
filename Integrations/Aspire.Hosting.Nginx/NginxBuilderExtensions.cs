using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Nginx;

namespace Aspire.Hosting;

/// <summary>Provides extension methods for adding nginx to the application model.</summary>
public static class NginxBuilderExtensions
{
    /// <summary>
    /// Adds an nginx container that forwards the routes given with
    /// <see cref="WithRoute(IResourceBuilder{NginxResource}, string, ReferenceExpression, bool)"/>.
    /// </summary>
    /// <param name="builder">The <see cref="IDistributedApplicationBuilder"/>.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="port">The host port; a free one by default.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> AddNginx(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        var nginx = new NginxResource(name);
        return builder.AddResource(nginx)
            .WithHttpEndpoint(port: port, targetPort: 80, name: NginxResource.PrimaryEndpointName)
            .WithImage(NginxContainerImageTags.Image, NginxContainerImageTags.Tag)
            .WithImageRegistry(NginxContainerImageTags.Registry)
            .WithIconName("GlobeArrowForward")
            .WithContainerFiles("/etc/nginx/templates", (_, _) => Task.FromResult<IEnumerable<ContainerFileSystemItem>>(
                [new ContainerFile { Name = "default.conf.template", SourcePath = NginxTemplate.Write(nginx, builder.AppHostDirectory) }]))
            .WithHttpHealthCheck(NginxTemplate.HealthPath);
    }

    /// <summary>Forwards a path to an endpoint of another resource.</summary>
    /// <param name="builder">The nginx resource.</param>
    /// <param name="path">The path, which begins and ends with a slash; the longest that fits a request wins.</param>
    /// <param name="endpoint">The endpoint; the path is passed on as it is.</param>
    /// <param name="tunnel">Whether long-lived WebSockets and streams, with tokens in their queries, pass here.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithRoute(
        this IResourceBuilder<NginxResource> builder, string path, EndpointReference endpoint, bool tunnel = false) =>
        builder.WithRoute(path, ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Url)}"), tunnel, replaced: false);

    /// <summary>Forwards a path to an address.</summary>
    /// <param name="builder">The nginx resource.</param>
    /// <param name="path">The path, which begins and ends with a slash; the longest that fits a request wins.</param>
    /// <param name="address">The address, without a slash at its end; it stands in the place of <paramref name="path"/>.</param>
    /// <param name="tunnel">
    /// Whether long-lived WebSockets and streams, with tokens in their queries, pass here: no buffering, no access log, long timeouts.
    /// </param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <exception cref="ArgumentException">The path lacks a slash at an end, or has a route already.</exception>
    public static IResourceBuilder<NginxResource> WithRoute(
        this IResourceBuilder<NginxResource> builder, string path, ReferenceExpression address, bool tunnel = false) =>
        builder.WithRoute(path, address, tunnel, replaced: true);

    private static IResourceBuilder<NginxResource> WithRoute(
        this IResourceBuilder<NginxResource> builder, string path, ReferenceExpression address, bool tunnel, bool replaced)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!NginxTemplate.IsPath(path))
            throw new ArgumentException($"The route's path is '{path}'; it must begin and end with a slash and hold letters, digits, '-', '_' and '.' between slashes.", nameof(path));
        if (builder.Resource.Routes.Exists(route => route.Path == path))
            throw new ArgumentException($"The path '{path}' has a route already.", nameof(path));

        // The address travels as a variable that the image expands at start: it is not known while the model is built,
        // and differs between a container network, a host and a published compose file.
        var variable = NginxTemplate.Variable(builder.Resource.Routes.Count);
        builder.Resource.Routes.Add(new NginxRoute(path, tunnel, replaced));
        return builder.WithEnvironment(variable, address);
    }
}
