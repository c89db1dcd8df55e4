using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Guacamole;

namespace Aspire.Hosting;

/// <summary>Provides extension methods for adding Guacamole's database to the application model.</summary>
public static class GuacamoleDatabaseBuilderExtensions
{
    /// <summary>Gives a MySQL database Guacamole's schema, an account for the server, and the first administrator.</summary>
    /// <typeparam name="TSchemaStep">
    /// A project that does this when its only argument is <c>schema</c>, and changes nothing that is there.
    /// </typeparam>
    /// <param name="database">The database.</param>
    /// <param name="name">The name of the resource; the step is called <c>{name}-schema</c>.</param>
    /// <param name="administratorPassword">The first administrator's password; no account ever gets the well-known default.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns>
    /// <remarks>
    /// The step alone uses MySQL's root account. The server's account gets a generated password and rights on this database only.
    /// </remarks>
    public static IResourceBuilder<GuacamoleDatabaseResource> AddGuacamoleDatabase<TSchemaStep>(
        this IResourceBuilder<MySqlDatabaseResource> database, [ResourceName] string name,
        IResourceBuilder<ParameterResource> administratorPassword)
        where TSchemaStep : IProjectMetadata, new()
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var builder = database.ApplicationBuilder;

        var password = builder.AddParameter(
            $"{name}-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);
        var step = builder.AddProject<TSchemaStep>($"{name}-schema", launchProfileName: null)
            .WithArgs("schema")
            .WithReference(database, connectionName: "guacamole-db")
            .WithEnvironment("MYSQL_PASSWORD", password)
            .WithEnvironment("GUACAMOLE_ADMIN_PASSWORD", administratorPassword)
            .WaitFor(builder.CreateResourceBuilder(database.Resource.Parent));

        var resource = new GuacamoleDatabaseResource(name, database.Resource, password.Resource, step.Resource);
        step.WithEnvironment("MYSQL_USERNAME", resource.UserName);
        return builder.AddResource(resource)
            .WithIconName("Table")
            .ExcludeFromManifest()
            .WithStateOf(step.Resource);
    }
}
