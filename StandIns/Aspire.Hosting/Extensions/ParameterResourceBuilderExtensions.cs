using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, bool secret = false) =>
        builder.Add(new ParameterResource(name, fallback => Value(builder.Configuration, $"Parameters:{name}", fallback), secret));

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string value,
        bool publishValueAsDefault = false, bool secret = false) => builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter,
        bool publishValueAsDefault = false, bool secret = false)
    {
        if (publishValueAsDefault && secret)
            throw new ArgumentException("A parameter cannot be both secret and published as a default value.", nameof(secret));
        return builder.Add(new ParameterResource(name, fallback => fallback?.GetDefaultValue() ?? valueGetter(), secret)
        {
            Default = publishValueAsDefault ? new ConstantParameterDefault(valueGetter) : null,
        });
    }

    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(
        this IDistributedApplicationBuilder builder, string name, string configurationKey,
        bool secret = false) => builder.Add(new ParameterResource(
            name, fallback => Value(builder.Configuration, configurationKey, fallback), secret));

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, ParameterDefault value,
        bool secret = false, bool persist = false)
    {
        if (persist) value = Persistent(builder, name, value);
        return builder.Add(new ParameterResource(name, fallback => Value(builder.Configuration, $"Parameters:{name}", fallback), secret) { Default = value });
    }

    public static IResourceBuilder<ParameterResource> WithDescription(
        this IResourceBuilder<ParameterResource> builder, string description, bool enableMarkdown = false)
    {
        builder.Resource.Description = description;
        builder.Resource.EnableDescriptionMarkdown = enableMarkdown;
        return builder;
    }

    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, [ResourceName] string name,
        string? environmentVariableName = null)
    {
        var parameter = new ParameterResource(
            name, _ => builder.Configuration.GetConnectionString(name) ?? throw new MissingParameterValueException(
            $"Connection string parameter resource could not be used because connection string '{name}' is missing."), secret: true)
        { IsConnectionString = true };
        return builder.AddResource(new ParameterConnectionStringResource(parameter, environmentVariableName));
    }

    public static ParameterResource CreateDefaultPasswordParameter(
        IDistributedApplicationBuilder builder, string name, bool lower = true, bool upper = true,
        bool numeric = true, bool special = true, int minLower = 0, int minUpper = 0, int minNumeric = 0, int minSpecial = 0) =>
        CreateGeneratedParameter(builder, name, secret: true, new GenerateParameterDefault
        {
            // 128 bits of entropy also with the smallest of the alphabets.
            MinLength = 22,
            Lower = lower,
            Upper = upper,
            Numeric = numeric,
            Special = special,
            MinLower = minLower,
            MinUpper = minUpper,
            MinNumeric = minNumeric,
            MinSpecial = minSpecial,
        });

    public static ParameterResource CreateGeneratedParameter(
        IDistributedApplicationBuilder builder, string name, bool secret, GenerateParameterDefault parameterDefault)
    {
        var parameter = CreateParameter(builder, name, secret);
        parameter.Default = Persistent(builder, name, parameterDefault);
        return parameter;
    }

    public static ParameterResource CreateParameter(IDistributedApplicationBuilder builder, string name, bool secret) =>
        new(name, fallback => Value(builder.Configuration, $"Parameters:{name}", fallback), secret);

    private static ParameterDefault Persistent(IDistributedApplicationBuilder builder, string name, ParameterDefault value) =>
        builder.ExecutionContext.IsRunMode && builder.AppHostAssembly is { } assembly
            ? new UserSecretsParameterDefault(assembly, name, value)
            : value;

    private static IResourceBuilder<ParameterResource> Add(this IDistributedApplicationBuilder builder, ParameterResource resource) =>
        builder.AddResource(resource).WithInitialState(new()
        {
            ResourceType = "Parameter",
            State = KnownResourceStates.Waiting,
            Properties = [new("resource.source", resource.ConfigurationKey)],
        });

    // An environment variable cannot hold a dash everywhere, so Parameters__db_password serves for db-password too.
    private static string Value(ConfigurationManager configuration, string key, ParameterDefault? fallback) =>
        configuration[key] ?? configuration[key.Replace('-', '_')] ?? fallback?.GetDefaultValue()
            ?? throw new MissingParameterValueException(
            $"Parameter resource could not be used because configuration key '{key}' is missing and the Parameter has no default value.");
}

public static class ConnectionStringBuilderExtensions
{
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, [ResourceName] string name,
        ReferenceExpression connectionStringExpression) =>
        builder.AddResource(new ConnectionStringResource(name, connectionStringExpression))
            .WithReferenceRelationship(connectionStringExpression);

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, [ResourceName] string name,
        Action<ReferenceExpressionBuilder> connectionStringBuilder)
    {
        var expression = new ReferenceExpressionBuilder();
        connectionStringBuilder(expression);
        return builder.AddConnectionString(name, expression.Build());
    }
}
