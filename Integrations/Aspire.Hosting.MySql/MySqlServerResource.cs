namespace Aspire.Hosting.ApplicationModel;

/// <summary>Represents a MySQL server that runs as a container, and that others open as <c>root</c>.</summary>
/// <remarks>
/// Who refers to it gets, beside the connection string, the properties <c>Host</c>, <c>Port</c>, <c>Username</c>, <c>Password</c>,
/// <c>Uri</c> and <c>JdbcConnectionString</c>. An expression can be resolved once the container has an address; until then
/// resolving one waits.
/// </remarks>
[AspireExport(ExposeProperties = true)]
public class MySqlServerResource : ContainerResource, IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";
    private const string UserName = "root";

    private readonly Dictionary<string, string> _databases = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes the resource, without an endpoint or an image: <see cref="MySqlBuilderExtensions.AddMySql"/> adds them.</summary>
    /// <param name="name">The name of the resource.</param>
    /// <param name="password">The parameter that holds root's password.</param>
    /// <exception cref="ArgumentNullException">The name or the parameter is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public MySqlServerResource(string name, ParameterResource password) : base(name)
    {
        ArgumentNullException.ThrowIfNull(password);
        PrimaryEndpoint = new(this, PrimaryEndpointName);
        PasswordParameter = password;
    }

    /// <summary>Gets the endpoint called <c>tcp</c>, which speaks MySQL's protocol.</summary>
    public EndpointReference PrimaryEndpoint { get; }

    /// <summary>Gets the expression of the host's name or address, as who resolves it sees the server.</summary>
    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    /// <summary>Gets the expression of the TCP port number, as who resolves it sees the server: 3306 for another container.</summary>
    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    /// <summary>Gets or sets the parameter that holds root's password.</summary>
    public ParameterResource PasswordParameter { get; set; }

    /// <summary>Gets the connection string for .NET clients: <c>Server=…;Port=…;User ID=root;Password=…</c>.</summary>
    /// <remarks>The password stands there as it is: a semicolon in it, or a quote in front, breaks the connection string.</remarks>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Server={Host};Port={Port};User ID={UserName};Password={PasswordParameter}");

    /// <summary>Gets the URI, <c>mysql://root:{password}@{host}:{port}</c>, the password percent-encoded.</summary>
    public ReferenceExpression UriExpression => Uri(null);

    /// <summary>Gets the URI for Java clients, <c>jdbc:mysql://{host}:{port}</c>.</summary>
    /// <remarks>It holds no credentials: a client takes them from the properties <c>Username</c> and <c>Password</c>.</remarks>
    public ReferenceExpression JdbcConnectionString => Jdbc(null);

    /// <summary>Gets the names of the databases by the names of their resources; case does not matter in these.</summary>
    public IReadOnlyDictionary<string, string> Databases => _databases;

    internal List<MySqlDatabaseResource> DatabaseResources { get; } = [];

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{Host}")),
        new("Port", ReferenceExpression.Create($"{Port}")),
        new("Username", ReferenceExpression.Create($"{UserName}")),
        new("Password", ReferenceExpression.Create($"{PasswordParameter}")),
        new("Uri", UriExpression),
        new("JdbcConnectionString", JdbcConnectionString),
    ];

    internal void Add(MySqlDatabaseResource database)
    {
        _databases.Add(database.Name, database.DatabaseName);
        DatabaseResources.Add(database);
    }

    internal ReferenceExpression Uri(string? database) => database is null
        ? ReferenceExpression.Create($"mysql://{UserName:uri}:{PasswordParameter:uri}@{Host}:{Port}")
        : ReferenceExpression.Create($"mysql://{UserName:uri}:{PasswordParameter:uri}@{Host}:{Port}/{database:uri}");

    internal ReferenceExpression Jdbc(string? database) => database is null
        ? ReferenceExpression.Create($"jdbc:mysql://{Host}:{Port}")
        : ReferenceExpression.Create($"jdbc:mysql://{Host}:{Port}/{database:uri}");
}
