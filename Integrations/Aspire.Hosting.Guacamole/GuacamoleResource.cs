namespace Aspire.Hosting.ApplicationModel;

/// <summary>Represents a Guacamole server, whoever runs it: Apache's image, a project that stands in its place, or somebody else.</summary>
/// <param name="name">The name of the resource.</param>
/// <param name="uri">The address of the web application, without a slash at its end.</param>
/// <param name="server">What serves it in this model; <see langword="null"/> if somebody else does.</param>
/// <param name="userName">The administrator's name.</param>
/// <param name="passwordParameter">The administrator's password.</param>
public sealed class GuacamoleResource(
    string name, ReferenceExpression uri, IResource? server, string userName, ParameterResource passwordParameter) : Resource(name)
{
    /// <summary>Gets the address of the web application, without a slash at its end: <c>http://host:port/guacamole</c>.</summary>
    public ReferenceExpression UriExpression { get; } = uri;

    /// <summary>Gets the resource that serves it in this model; <see langword="null"/> if somebody else does.</summary>
    public IResource? Server { get; } = server;

    /// <summary>Gets the name of the administrator with whom connections and users are managed.</summary>
    public string UserName { get; } = userName;

    /// <summary>Gets that administrator's password.</summary>
    public ParameterResource PasswordParameter { get; } = passwordParameter;

    /// <summary>Gets the guacd that opens its connections in this model; <see langword="null"/> if somebody else runs both.</summary>
    public GuacdResource? Guacd { get; init; }

    /// <summary>Gets the folder that guacd records into; <see langword="null"/> where nothing is recorded.</summary>
    public string? RecordingsDirectory { get; internal set; }

    /// <summary>Gets the identifier of the data source that holds users and connections.</summary>
    public string DataSource { get; init; } = "mysql";
}
