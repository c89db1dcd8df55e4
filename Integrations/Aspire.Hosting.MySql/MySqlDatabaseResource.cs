using System.Diagnostics;
using MySqlConnector;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Represents a database on a MySQL server of the model.</summary>
/// <param name="name">The name of the resource.</param>
/// <param name="databaseName">The name of the database on the server.</param>
/// <param name="parent">The server.</param>
/// <exception cref="ArgumentNullException">A parameter is <see langword="null"/>.</exception>
/// <exception cref="ArgumentException">A name is empty.</exception>
/// <remarks>
/// Who refers to it gets the server's properties, <c>Uri</c> and <c>JdbcConnectionString</c> with the database in them, and
/// <c>DatabaseName</c>.
/// </remarks>
[DebuggerDisplay("{Name,nq}: database {DatabaseName} on {Parent.Name,nq}")]
[AspireExport(ExposeProperties = true)]
public class MySqlDatabaseResource(string name, string databaseName, MySqlServerResource parent)
    : Resource(name), IResourceWithParent<MySqlServerResource>, IResourceWithConnectionString
{
    /// <summary>Gets the server.</summary>
    public MySqlServerResource Parent { get; } = parent ?? throw new ArgumentNullException(nameof(parent));

    /// <summary>Gets the connection string for .NET clients: the server's, and <c>;Database=…</c>.</summary>
    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            // The builder quotes a name that would otherwise end the value.
            var database = new MySqlConnectionStringBuilder { Database = DatabaseName }.ConnectionString;
            return ReferenceExpression.Create($"{Parent};{database}");
        }
    }

    /// <summary>
    /// Gets the URI, <c>mysql://root:{password}@{host}:{port}/{database}</c>, password and database percent-encoded.
    /// </summary>
    public ReferenceExpression UriExpression => Parent.Uri(DatabaseName);

    /// <summary>Gets the URI for Java clients, <c>jdbc:mysql://{host}:{port}/{database}</c>, the database percent-encoded.</summary>
    /// <remarks>It holds no credentials: a client takes them from the properties <c>Username</c> and <c>Password</c>.</remarks>
    public ReferenceExpression JdbcConnectionString => Parent.Jdbc(DatabaseName);

    /// <summary>Gets the name of the database on the server.</summary>
    public string DatabaseName { get; } = NotEmpty(databaseName);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        Parent.CombineProperties(
        [
            new("DatabaseName", ReferenceExpression.Create($"{DatabaseName}")),
            new("Uri", UriExpression),
            new("JdbcConnectionString", JdbcConnectionString),
        ]);

    private static string NotEmpty(string databaseName)
    {
        ArgumentException.ThrowIfNullOrEmpty(databaseName);
        return databaseName;
    }
}
