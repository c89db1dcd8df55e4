using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Guacamole;

namespace Aspire.Hosting;

/// <summary>Provides extension methods for adding Guacamole servers to the application model.</summary>
public static class GuacamoleBuilderExtensions
{
    private const string WebApplication = "/guacamole";
    private const string AdministratorName = "guacadmin";

    /// <summary>Adds Apache's Guacamole server, as a container.</summary>
    /// <param name="builder">The <see cref="IDistributedApplicationBuilder"/>.</param>
    /// <param name="name">The name of the resource; the container is called <c>{name}-server</c>.</param>
    /// <param name="guacd">The guacd that opens the connections.</param>
    /// <param name="database">The database with Guacamole's schema.</param>
    /// <param name="password">The administrator's password.</param>
    /// <param name="port">The host port; a free one by default.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<GuacamoleResource> AddGuacamole(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, IResourceBuilder<GuacdResource> guacd,
        IResourceBuilder<GuacamoleDatabaseResource> database, IResourceBuilder<ParameterResource> password, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var server = builder.AddContainer($"{name}-server", GuacamoleContainerImageTags.GuacamoleImage, GuacamoleContainerImageTags.Tag)
            .WithImageRegistry(GuacamoleContainerImageTags.Registry)
            .WithHttpEndpoint(port: port, targetPort: 8080, name: "http")
            .WithHttpHealthCheck($"{WebApplication}/")
            .WithGuacdAndDatabase(guacd, database);
        return builder.AddGuacamole(name, server.GetEndpoint("http"), server.Resource, guacd.Resource, password);
    }

    /// <summary>Adds a project that stands in the place of Apache's Guacamole server.</summary>
    /// <typeparam name="TProject">The project; it reads the environment of Apache's image and serves <c>/guacamole</c>.</typeparam>
    /// <param name="builder">The <see cref="IDistributedApplicationBuilder"/>.</param>
    /// <param name="name">The name of the resource; the project is called <c>{name}-server</c>.</param>
    /// <param name="guacd">The guacd that opens the connections.</param>
    /// <param name="database">The database with Guacamole's schema.</param>
    /// <param name="password">The administrator's password.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<GuacamoleResource> AddGuacamole<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, IResourceBuilder<GuacdResource> guacd,
        IResourceBuilder<GuacamoleDatabaseResource> database, IResourceBuilder<ParameterResource> password)
        where TProject : IProjectMetadata, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        var server = builder.AddProject<TProject>($"{name}-server")
            .WithHttpHealthCheck("/health")
            .WithGuacdAndDatabase(guacd, database);
        return builder.AddGuacamole(name, server.GetEndpoint("http"), server.Resource, guacd.Resource, password);
    }

    /// <summary>Adds a Guacamole server that somebody else runs.</summary>
    /// <param name="builder">The <see cref="IDistributedApplicationBuilder"/>.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="uri">The address of its web application, without a slash at its end.</param>
    /// <param name="userName">The name of a user who may create users and connections.</param>
    /// <param name="password">That user's password.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<GuacamoleResource> AddGuacamole(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, IResourceBuilder<ParameterResource> uri,
        string userName, IResourceBuilder<ParameterResource> password)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(password);
        var address = ReferenceExpression.Create($"{uri.Resource}");
        return builder.AddLogical(new GuacamoleResource(name, address, server: null, userName, password.Resource));
    }

    /// <summary>
    /// Gives a service what it needs to manage Guacamole: <c>Guacamole__Endpoint</c>, <c>__Username</c>, <c>__Password</c>,
    /// <c>__DataSource</c>, <c>__IsExternal</c>, and <c>Recordings__Directory</c>.
    /// </summary>
    /// <typeparam name="T">The kind of the service.</typeparam>
    /// <param name="builder">The service.</param>
    /// <param name="guacamole">The Guacamole server.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<GuacamoleResource> guacamole)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(guacamole);
        return builder.WithGuacamoleEndpoint(guacamole)
            .WithEnvironment("Guacamole__Username", guacamole.Resource.UserName)
            .WithEnvironment("Guacamole__Password", guacamole.Resource.PasswordParameter)
            .WithEnvironment("Guacamole__DataSource", guacamole.Resource.DataSource)
            .WithEnvironment("Guacamole__IsExternal", guacamole.Resource.Server is null ? "true" : "false")
            .WithRecordingsOf(guacamole.Resource);
    }

    /// <summary>Tells a service where Guacamole is, <c>Guacamole__Endpoint</c>, and nothing that lets it in.</summary>
    /// <typeparam name="T">The kind of the service.</typeparam>
    /// <param name="builder">The service.</param>
    /// <param name="guacamole">The Guacamole server.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<T> WithGuacamoleEndpoint<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<GuacamoleResource> guacamole)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(guacamole);
        return builder.WithEnvironment("Guacamole__Endpoint", guacamole.Resource.UriExpression)
            .WithReferenceRelationship(guacamole.Resource);
    }

    /// <summary>Starts a resource only when the Guacamole server, if this model runs it, is healthy.</summary>
    /// <typeparam name="T">The kind of the resource.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="guacamole">The Guacamole server.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <remarks>Waits for the server itself, since publishers drop a dependency on a resource that nothing runs.</remarks>
    public static IResourceBuilder<T> WaitForServer<T>(this IResourceBuilder<T> builder, IResourceBuilder<GuacamoleResource> guacamole)
        where T : IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(guacamole);
        return guacamole.Resource.Server is { } server
            ? builder.WaitFor(builder.ApplicationBuilder.CreateResourceBuilder(server))
            : builder;
    }

    private static IResourceBuilder<T> WithGuacdAndDatabase<T>(
        this IResourceBuilder<T> server, IResourceBuilder<GuacdResource> guacd, IResourceBuilder<GuacamoleDatabaseResource> database)
        where T : IResourceWithEnvironment, IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(guacd);
        ArgumentNullException.ThrowIfNull(database);
        var mysql = database.Resource.Parent.Parent;
        return server
            .WithEnvironment("GUACD_HOSTNAME", guacd.Resource.Host)
            .WithEnvironment("GUACD_PORT", guacd.Resource.Port)
            .WithEnvironment("MYSQL_HOSTNAME", mysql.Host)
            .WithEnvironment("MYSQL_PORT", mysql.Port)
            .WithEnvironment("MYSQL_DATABASE", database.Resource.Parent.DatabaseName)
            .WithEnvironment("MYSQL_USERNAME", database.Resource.UserName)
            .WithEnvironment("MYSQL_PASSWORD", database.Resource.PasswordParameter)
            // A proxy of this model stands in front; histories are to show the browser's address, not the proxy's.
            .WithEnvironment("REMOTE_IP_VALVE_ENABLED", "true")
            .WaitFor(guacd)
            .WaitForCompletion(server.ApplicationBuilder.CreateResourceBuilder(database.Resource.SchemaStep));
    }

    private static IResourceBuilder<GuacamoleResource> AddGuacamole(
        this IDistributedApplicationBuilder builder, string name, EndpointReference endpoint, IResource server,
        GuacdResource guacd, IResourceBuilder<ParameterResource> password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var uri = ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Url)}{WebApplication}");
        return builder.AddLogical(new GuacamoleResource(name, uri, server, AdministratorName, password.Resource) { Guacd = guacd });
    }

    private static IResourceBuilder<GuacamoleResource> AddLogical(
        this IDistributedApplicationBuilder builder, GuacamoleResource guacamole) =>
        builder.AddResource(guacamole)
            .WithIconName("DesktopFlow")
            .ExcludeFromManifest()
            .WithStateOf(guacamole.Server);
}
