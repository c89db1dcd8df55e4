using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.MySql;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>Provides extension methods for adding MySQL servers and databases to the application model.</summary>
public static class MySqlBuilderExtensions
{
    private const int MySqlPort = 3306;
    private const string DataFolder = "/var/lib/mysql";
    private const string InitFolder = "/docker-entrypoint-initdb.d";

    /// <summary>Adds a MySQL server, as a container of the official image.</summary>
    /// <param name="builder">The <see cref="IDistributedApplicationBuilder"/>.</param>
    /// <param name="name">The name of the resource, and of the connection string that who refers to it gets.</param>
    /// <param name="password">
    /// The parameter that holds root's password; by default a secret one called <c>{name}-password</c>, which is generated once and
    /// kept in the AppHost's user secrets.
    /// </param>
    /// <param name="port">The TCP port number on the host, 1 to 65535; a free one by default.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <exception cref="ArgumentNullException">The builder or the name is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The name is empty, or not one that a resource can have.</exception>
    /// <exception cref="DistributedApplicationException">The model has a resource of that name.</exception>
    /// <remarks>The server is healthy when root can sign in to it.</remarks>
    [AspireExport]
    public static IResourceBuilder<MySqlServerResource> AddMySql(this IDistributedApplicationBuilder builder, [ResourceName] string name,
        IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        var secret = password?.Resource ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password");
        var resource = new MySqlServerResource(name, secret);
        return builder.AddResource(resource)
            .WithEndpoint(port: port, targetPort: MySqlPort, name: MySqlServerResource.PrimaryEndpointName)
            .WithImage(MySqlContainerImageTags.Image, MySqlContainerImageTags.Tag)
            .WithImageRegistry(MySqlContainerImageTags.Registry)
            .WithIconName("DatabaseMultiple")
            // Read late: WithPassword may still replace the parameter.
            .WithEnvironment(context => context.EnvironmentVariables["MYSQL_ROOT_PASSWORD"] = resource.PasswordParameter)
            .WithConnectionCheck()
            .OnResourceReady(MySqlDatabases.CreateAsync);
    }

    /// <summary>Adds a database, which is created on the server, if it is not there, whenever the server becomes ready.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">The name of the resource, and of the connection string that who refers to it gets.</param>
    /// <param name="databaseName">The name of the database on the server; <paramref name="name"/> by default.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <exception cref="ArgumentNullException">The builder or the name is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">A name is empty, or <paramref name="name"/> is not one that a resource can have.</exception>
    /// <exception cref="DistributedApplicationException">The model has a resource of that name.</exception>
    /// <remarks>
    /// The database is healthy when root can open it. One that cannot be created stays unhealthy, with MySQL's reason in the server's
    /// log, and does not keep the others from being created.
    /// </remarks>
    [AspireExport]
    public static IResourceBuilder<MySqlDatabaseResource> AddDatabase(
        this IResourceBuilder<MySqlServerResource> builder, [ResourceName] string name, string? databaseName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        var database = builder.ApplicationBuilder.AddResource(new MySqlDatabaseResource(name, databaseName ?? name, builder.Resource));
        builder.Resource.Add(database.Resource);
        return database.WithIconName("Database").WithConnectionCheck();
    }

    /// <summary>Sets the SQL that creates a database, in place of <c>CREATE DATABASE IF NOT EXISTS `name`;</c>.</summary>
    /// <param name="builder">The database.</param>
    /// <param name="script">
    /// The statements, separated by semicolons. They run as root, with no database chosen, whenever the server becomes ready, so they
    /// have to bear being repeated. The last script that is set counts.
    /// </param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <exception cref="ArgumentNullException">The builder or the script is <see langword="null"/>.</exception>
    [AspireExport]
    public static IResourceBuilder<MySqlDatabaseResource> WithCreationScript(
        this IResourceBuilder<MySqlDatabaseResource> builder, string script)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(script);
        return builder.WithAnnotation(new MySqlCreateDatabaseScriptAnnotation(script));
    }

    /// <summary>Sets root's password.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="password">The parameter that holds it.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <exception cref="ArgumentNullException">The builder or the parameter is <see langword="null"/>.</exception>
    /// <remarks>
    /// A server takes the password on when it makes its data folder. One with data that was made with another password keeps that,
    /// and becomes unhealthy.
    /// </remarks>
    [AspireExport]
    public static IResourceBuilder<MySqlServerResource> WithPassword(
        this IResourceBuilder<MySqlServerResource> builder, IResourceBuilder<ParameterResource> password)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(password);
        builder.Resource.PasswordParameter = password.Resource;
        return builder;
    }

    /// <summary>Keeps the server's data in a named volume, which outlives the container.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">The volume's name; by default one that is made of the names of the application and of the resource.</param>
    /// <param name="isReadOnly">Whether the server may only read it; no by default.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <exception cref="ArgumentNullException">The builder is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The volume's name is empty.</exception>
    [AspireExport]
    public static IResourceBuilder<MySqlServerResource> WithDataVolume(
        this IResourceBuilder<MySqlServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataFolder, isReadOnly);
    }

    /// <summary>Keeps the server's data in a folder of the host.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="source">The folder's path, relative to the AppHost's folder.</param>
    /// <param name="isReadOnly">Whether the server may only read it; no by default.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <exception cref="ArgumentNullException">The builder or the path is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    [AspireExport]
    public static IResourceBuilder<MySqlServerResource> WithDataBindMount(
        this IResourceBuilder<MySqlServerResource> builder, string source, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(source);
        return builder.WithBindMount(source, DataFolder, isReadOnly);
    }

    /// <summary>Mounts a folder with files that the server runs when it makes its data folder.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="source">The folder's path, relative to the AppHost's folder.</param>
    /// <param name="isReadOnly">Whether the server may only read it; yes by default.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <exception cref="ArgumentNullException">The builder or the path is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    [Obsolete("Use WithInitFiles instead.")]
    public static IResourceBuilder<MySqlServerResource> WithInitBindMount(
        this IResourceBuilder<MySqlServerResource> builder, string source, bool isReadOnly = true)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(source);
        return builder.WithBindMount(source, InitFolder, isReadOnly);
    }

    /// <summary>Copies files into the container that the server runs, in the order of their names, when it makes its data folder.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="source">
    /// The path of a file or a folder, relative to the AppHost's folder: <c>.sql</c>, <c>.sql.gz</c>, <c>.sh</c> and so on.
    /// </param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <exception cref="ArgumentNullException">The builder or the path is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    [AspireExport]
    public static IResourceBuilder<MySqlServerResource> WithInitFiles(this IResourceBuilder<MySqlServerResource> builder, string source)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(source);
        return builder.WithContainerFiles(InitFolder, Path.GetFullPath(source, builder.ApplicationBuilder.AppHostDirectory));
    }

    private static IResourceBuilder<T> WithConnectionCheck<T>(this IResourceBuilder<T> builder) where T : IResourceWithConnectionString
    {
        string? connectionString = null;
        builder.OnConnectionStringAvailable(async (resource, _, token) =>
            connectionString = await resource.GetConnectionStringAsync(token).ConfigureAwait(false));

        var key = $"{builder.Resource.Name}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks()
            .Add(new HealthCheckRegistration(key, _ => new MySqlHealthCheck(() => connectionString), failureStatus: null, tags: null));
        return builder.WithHealthCheck(key);
    }
}
