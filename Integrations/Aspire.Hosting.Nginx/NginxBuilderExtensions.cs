using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Nginx;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

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

    /// <summary>
    /// Believes what a proxy in front of nginx says about the client: its address (<c>X-Forwarded-For</c>), and the scheme and the host
    /// that it asked for (<c>X-Forwarded-Proto</c>, <c>X-Forwarded-Host</c>). From everybody else these are replaced by what nginx sees.
    /// </summary>
    /// <param name="builder">The nginx resource.</param>
    /// <param name="proxies">
    /// Addresses, and networks such as <c>10.1.0.0/16</c>. A proxy on this machine comes to nginx's container from an address of the
    /// container engine's, as everybody on this machine does.
    /// </param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <exception cref="ArgumentException">One is neither an address nor a network.</exception>
    public static IResourceBuilder<NginxResource> WithTrustedProxies(
        this IResourceBuilder<NginxResource> builder, params IEnumerable<string> proxies)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(proxies);
        builder.Resource.TrustedProxies.AddRange(proxies.Select(
            proxy => NginxTemplate.Proxy(proxy) ?? throw new ArgumentException(
                $"The trusted proxy '{proxy}' is neither an address nor a network such as 10.1.0.0/16.",
                nameof(proxies))));
        return builder;
    }

    /// <summary>
    /// Has the projects behind nginx listen on Unix domain sockets too, in a folder that nginx's container shares, and reaches them there while
    /// the application runs on this machine. The orchestrator's tunnel, which otherwise leads from a container to a project (a container and
    /// two processes on each way, with TLS between them), is then not needed. What is published is as without.
    /// </summary>
    /// <param name="builder">The nginx resource.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <remarks>
    /// For a container engine on this machine itself, not in a virtual machine. A project must let other users use its socket, which Kestrel
    /// leaves to it: nginx's workers are others. A route counts where its address has the URL of a project's endpoint in it.
    /// The path of a socket has at most 107 bytes; where <c>TMPDIR</c> makes it longer the start fails with a
    /// <see cref="DistributedApplicationException"/>.
    /// </remarks>
    public static IResourceBuilder<NginxResource> WithUnixSockets(this IResourceBuilder<NginxResource> builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var nginx = builder.Resource;
        if (nginx.Sockets is not null || !builder.ApplicationBuilder.ExecutionContext.IsRunMode)
            return builder;
        var sockets = nginx.Sockets = new ServiceSockets();
        builder.ApplicationBuilder.Services.AddSingleton<IHostedService>(sockets);
        // Routes may be added later than this.
        builder.ApplicationBuilder.Eventing.Subscribe<BeforeStartEvent>((_, _) =>
        {
            foreach (var project in nginx.Routes.SelectMany(route => ServiceSockets.Behind(route.Address)).Distinct())
                Listen(project, sockets.PathOf(project));
            return Task.CompletedTask;
        });
        return builder.WithBindMount(sockets.Folder, ServiceSockets.FolderInContainer, isReadOnly: true);
    }

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
        var nginx = builder.Resource;
        var variable = NginxTemplate.Variable(nginx.Routes.Count);
        nginx.Routes.Add(new NginxRoute(path, address, tunnel, replaced));
        return builder
            .WithReferenceRelationship(address)
            .WithEnvironment(context => context.EnvironmentVariables[variable] = nginx.Sockets is null ? address : ServiceSockets.AddressFor(address));
    }

    private static void Listen(ProjectResource project, string path)
    {
        const string Addresses = "ASPNETCORE_URLS";
        project.Annotations.Add(new EnvironmentCallbackAnnotation(context =>
        {
            var addresses = new ReferenceExpressionBuilder();
            if (context.EnvironmentVariables.TryGetValue(Addresses, out var others))
            {
                if (others is string text)
                    addresses.AppendLiteral(text);
                else
                    addresses.AppendValueProvider(others);
                addresses.AppendLiteral(";");
            }

            addresses.AppendLiteral($"http://unix:{path}");
            context.EnvironmentVariables[Addresses] = addresses.Build();
        }));
    }
}
