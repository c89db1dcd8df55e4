namespace Aspire.Hosting.ApplicationModel;

/// <summary>Represents a MySQL database that holds Guacamole's schema, and the account with which a Guacamole server opens it.</summary>
/// <param name="name">The name of the resource.</param>
/// <param name="parent">The database.</param>
/// <param name="passwordParameter">The password of the server's account.</param>
/// <param name="schemaStep">What creates the schema, the account and the first administrator, and then ends.</param>
public sealed class GuacamoleDatabaseResource(
    string name, MySqlDatabaseResource parent, ParameterResource passwordParameter, ProjectResource schemaStep)
    : Resource(name), IResourceWithParent<MySqlDatabaseResource>
{
    /// <summary>Gets the database.</summary>
    public MySqlDatabaseResource Parent { get; } = parent;

    /// <summary>Gets the name of the account that a Guacamole server uses; it has rights on this database only.</summary>
    public string UserName { get; } = "guacamole";

    /// <summary>Gets the password of that account.</summary>
    public ParameterResource PasswordParameter { get; } = passwordParameter;

    /// <summary>Gets the step that creates the schema, the account and the first administrator, and then ends.</summary>
    public ProjectResource SchemaStep { get; } = schemaStep;
}
