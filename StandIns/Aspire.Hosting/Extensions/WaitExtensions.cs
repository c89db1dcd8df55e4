using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport =>
        builder.Wait(dependency, WaitType.WaitUntilHealthy, null);

    public static IResourceBuilder<T> WaitFor<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, WaitBehavior waitBehavior)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitUntilHealthy, waitBehavior);

    public static IResourceBuilder<T> WaitForStart<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport =>
        builder.Wait(dependency, WaitType.WaitUntilStarted, null);

    public static IResourceBuilder<T> WaitForStart<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, WaitBehavior waitBehavior)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitUntilStarted, waitBehavior);

    public static IResourceBuilder<T> WaitForCompletion<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitForCompletion, null, exitCode);

    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key) where T : IResource
    {
        if (builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(a => a.Key == key))
            throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' already has a health check with key '{key}'.");
        return builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints =>
        builder.WithHttpHealthCheck(() => endpointName is not null
            ? builder.GetEndpoint(endpointName)
            : builder.Resource.GetEndpoints().FirstOrDefault(e => e.EndpointName == "http")
                ?? builder.Resource.GetEndpoints().FirstOrDefault(e => e.EndpointName == "https")
                ?? throw new DistributedApplicationException($"Could not create HTTP health check for resource '{builder.Resource.Name}' as no endpoint was found matching one of the specified names: http, https"),
            path, statusCode);

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, Func<EndpointReference>? endpointSelector, string? path = null, int? statusCode = null)
        where T : IResourceWithEndpoints
    {
        endpointSelector ??= () => builder.GetEndpoint("http");
        path ??= "/";
        statusCode ??= 200;
        var key = $"{builder.Resource.Name}_http_{path}_{statusCode}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(key, services => new HttpEndpointHealthCheck(
            services.GetRequiredService<IHttpClientFactory>(),
            () => endpointSelector() is { IsAllocated: true } endpoint ? new Uri(new Uri(endpoint.Url), path) : null,
            statusCode.Value), failureStatus: null, tags: null));
        return builder.WithHealthCheck(key);
    }

    private static IResourceBuilder<T> Wait<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, WaitType type, WaitBehavior? behavior, int exitCode = 0)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(dependency);
        if (ReferenceEquals(builder.Resource, dependency.Resource))
            throw new DistributedApplicationException($"The '{builder.Resource.Name}' resource cannot wait for itself.");
        if (builder.Resource is IResourceWithParent { Parent: { } parent } && ReferenceEquals(parent, dependency.Resource))
            throw new DistributedApplicationException(
                $"The '{builder.Resource.Name}' resource cannot wait for its parent '{parent.Name}'.");

        // A child comes up on its parent, so what waits for the child needs the parent first.
        if (type != WaitType.WaitForCompletion && dependency.Resource is IResourceWithParent { Parent: { } ancestor })
            builder.Wait(builder.ApplicationBuilder.CreateResourceBuilder(ancestor), type, behavior);

        builder.WithRelationship(dependency.Resource, KnownRelationshipTypes.WaitFor);
        return builder.WithAnnotation(new WaitAnnotation(dependency.Resource, type, exitCode) { WaitBehavior = behavior });
    }
}
