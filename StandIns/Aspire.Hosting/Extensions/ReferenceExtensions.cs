using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithConnectionProperty<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithConnectionString => builder.WithAnnotation(new ConnectionPropertyAnnotation(name, value));

    public static IResourceBuilder<T> WithConnectionProperty<T>(this IResourceBuilder<T> builder, string name, string value)
        where T : IResourceWithConnectionString => builder.WithConnectionProperty(name, ReferenceExpression.Create($"{value}"));

    public static IResourceBuilder<TDestination> WithReferenceEnvironment<TDestination>(
        this IResourceBuilder<TDestination> builder, ReferenceEnvironmentInjectionFlags flags)
        where TDestination : IResourceWithEnvironment => builder.WithAnnotation(new ReferenceEnvironmentInjectionAnnotation(flags));

    public static ReferenceExpression GetConnectionProperty(this IResourceWithConnectionString resource, string key) =>
        resource.GetConnectionProperties()
            .FirstOrDefault(p => string.Equals(p.Key, key, StringComparison.OrdinalIgnoreCase)).Value ?? ReferenceExpression.Empty;

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        connectionName ??= resource.Name;
        builder.WithReferenceRelationship(resource);
        var flags = Flags(builder.Resource);

        return builder.WithEnvironment(context =>
        {
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionString))
            {
                var variable = resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{connectionName}";
                context.EnvironmentVariables[variable] =
                    new ConnectionStringReference(resource, optional) { ConnectionName = connectionName };
            }

            if (!flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionProperties)) return;
            var prefix = connectionName.Length == 0 ? "" : $"{EnvironmentName(connectionName).ToUpperInvariant()}_";
            foreach (var (key, value) in resource.GetConnectionProperties())
                context.EnvironmentVariables[$"{prefix}{key.ToUpperInvariant()}"] = value;
            foreach (var property in resource.Annotations.OfType<ConnectionPropertyAnnotation>())
                context.EnvironmentVariables[$"{prefix}{property.Name.ToUpperInvariant()}"] = property.Value;
        });
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => ReferenceEndpoints(builder, source.Resource, null, null);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment => ReferenceEndpoints(builder, source.Resource, null, name);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment => ReferenceEndpoints(
            builder, endpointReference.Resource, endpointReference.EndpointName, null);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        if (!uri.IsAbsoluteUri || uri.AbsolutePath != "/")
            throw new InvalidOperationException($"The uri for service reference must be absolute, and its path must be \"/\": {uri}");
        return builder.WithEnvironment($"services__{name}__default__0", uri.ToString());
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<ExternalServiceResource> externalService)
        where TDestination : IResourceWithEnvironment
    {
        var resource = externalService.Resource;
        builder.WithReferenceRelationship(resource);
        var flags = Flags(builder.Resource);

        return builder.WithEnvironment(async context =>
        {
            var url = resource.Uri?.ToString() ?? await resource.UrlParameter!.GetValueAsync(context.CancellationToken)
                .ConfigureAwait(false);
            if (!ExternalServiceResource.IsValid(url, out var uri, out var message))
            {
                throw new DistributedApplicationException(
                    $"The URL parameter '{resource.UrlParameter?.Name}' for source resource '{resource.Name}' is invalid while configuring target resource '{builder.Resource.Name}': {message}");
            }

            object value = resource.Uri is null ? resource.UrlParameter! : uri.ToString();
            var name = EnvironmentName(resource.Name).ToUpperInvariant();
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
                context.EnvironmentVariables[$"services__{resource.Name}__{uri.Scheme}__0"] = value;
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
                context.EnvironmentVariables[resource.Uri is null ? $"{name}_{uri.Scheme.ToUpperInvariant()}" : name] = value;
        });
    }

    private static IResourceBuilder<T> ReferenceEndpoints<T>(
        IResourceBuilder<T> builder, IResourceWithEndpoints source, string? endpointName, string? name)
        where T : IResourceWithEnvironment
    {
        var annotation = builder.Resource.Annotations.OfType<EndpointReferenceAnnotation>().SingleOrDefault(a => a.Resource == source);
        if (annotation is null)
        {
            annotation = new(source) { ContextNetworkID = builder.Resource.DefaultNetwork() };
            builder.WithAnnotation(annotation);
            var flags = Flags(builder.Resource);
            builder.WithEnvironment(context => AddEndpoints(context.EnvironmentVariables, annotation, flags, name));
        }

        if (endpointName is null) annotation.UseAllEndpoints = true;
        else annotation.EndpointNames.Add(endpointName);
        return builder.WithReferenceRelationship(source);
    }

    private static void AddEndpoints(
        Dictionary<string, object> variables, EndpointReferenceAnnotation annotation, ReferenceEnvironmentInjectionFlags flags,
        string? name)
    {
        var service = name ?? annotation.Resource.Name;
        var prefix = EnvironmentName(name ?? service.ToUpperInvariant());
        foreach (var endpoint in annotation.Resource.GetEndpoints(annotation.ContextNetworkID))
        {
            if (!annotation.UseAllEndpoints && !annotation.EndpointNames.Contains(endpoint.EndpointName)) continue;

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
                variables[$"{prefix}_{EnvironmentName(endpoint.EndpointName).ToUpperInvariant()}"] = endpoint;
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
                variables[$"services__{service}__{endpoint.EndpointName}__0"] = endpoint;
        }
    }

    private static ReferenceEnvironmentInjectionFlags Flags(IResource resource) =>
        resource.TryGetLastAnnotation<ReferenceEnvironmentInjectionAnnotation>(out var annotation)
            ? annotation.Flags
            : ReferenceEnvironmentInjectionFlags.All;

    internal static string EnvironmentName(string name)
    {
        var encoded = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return encoded.Length > 0 && char.IsAsciiDigit(encoded[0]) ? $"_{encoded}" : encoded;
    }
}

public static class ConnectionPropertiesExtensions
{
    public static IEnumerable<KeyValuePair<string, ReferenceExpression>> CombineProperties(this IResourceWithConnectionString source,
        IEnumerable<KeyValuePair<string, ReferenceExpression>> additional)
    {
        var added = additional.ToDictionary(p => p.Key, p => p.Value, StringComparer.OrdinalIgnoreCase);
        return source.GetConnectionProperties().Where(p => !added.ContainsKey(p.Key)).Concat(added);
    }
}
