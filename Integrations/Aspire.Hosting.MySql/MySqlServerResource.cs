namespace Aspire.Hosting.ApplicationModel;

public class MySqlServerResource : ContainerResource, IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";
    private const string DefaultUserName = "root";

    private readonly Dictionary<string, string> _databases = new(StringComparer.OrdinalIgnoreCase);

    public MySqlServerResource(string name, ParameterResource password) : base(name)
    {
        ArgumentNullException.ThrowIfNull(password);
        PrimaryEndpoint = new(this, PrimaryEndpointName);
        PasswordParameter = password;
    }

    public EndpointReference PrimaryEndpoint { get; }

    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    public ParameterResource PasswordParameter { get; set; }

    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Server={Host};Port={Port};User ID={DefaultUserName};Password={PasswordParameter}");

    public ReferenceExpression UriExpression => Uri(null);

    public ReferenceExpression JdbcConnectionString => Jdbc(null);

    public IReadOnlyDictionary<string, string> Databases => _databases;

    internal List<MySqlDatabaseResource> DatabaseResources { get; } = [];

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{Host}")),
        new("Port", ReferenceExpression.Create($"{Port}")),
        new("Username", ReferenceExpression.Create($"{DefaultUserName}")),
        new("Password", ReferenceExpression.Create($"{PasswordParameter}")),
        new("Uri", UriExpression),
        new("JdbcConnectionString", JdbcConnectionString),
    ];

    internal void Add(MySqlDatabaseResource database)
    {
        _databases.TryAdd(database.Name, database.DatabaseName);
        DatabaseResources.Add(database);
    }

    internal ReferenceExpression Uri(string? database) => database is null
        ? ReferenceExpression.Create($"mysql://{DefaultUserName:uri}:{PasswordParameter:uri}@{Host}:{Port}")
        : ReferenceExpression.Create($"mysql://{DefaultUserName:uri}:{PasswordParameter:uri}@{Host}:{Port}/{database:uri}");

    internal ReferenceExpression Jdbc(string? database) => database is null
        ? ReferenceExpression.Create($"jdbc:mysql://{Host}:{Port}")
        : ReferenceExpression.Create($"jdbc:mysql://{Host}:{Port}/{database:uri}");
}
