using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

public static partial class ExternalServiceBuilderExtensions
{
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string url) =>
        ExternalServiceResource.IsValid(url, out var uri, out var message)
            ? builder.AddExternalService(name, uri)
            : throw new ArgumentException($"The external service URL '{url}' is invalid: {message}", nameof(url));

    public static IResourceBuilder<ExternalServiceResource> AddExternalService(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, Uri uri) =>
        builder.Add(new ExternalServiceResource(name, uri)).WithUrl(uri.ToString());

    public static IResourceBuilder<ExternalServiceResource> AddExternalService(
        this IDistributedApplicationBuilder builder, [ResourceName] string name,
        IResourceBuilder<ParameterResource> urlParameter) =>
        builder.Add(new ExternalServiceResource(name, urlParameter.Resource)).WithUrl(ReferenceExpression.Create($"{urlParameter}"));

    public static IResourceBuilder<ExternalServiceResource> WithHttpHealthCheck(
        this IResourceBuilder<ExternalServiceResource> builder, string? path = null, int? statusCode = null)
    {
        var resource = builder.Resource;
        var key = $"{resource.Name}_external{(path is null ? "" : $"_{path}")}_{statusCode ?? 200}_check";
        string? parameter = null;
        builder.OnInitializeResource(async (_, _, token) => parameter = resource.UrlParameter is null
            ? null
            : await resource.UrlParameter.GetValueAsync(token).ConfigureAwait(false));
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(key, services => new HttpEndpointHealthCheck(
            services.GetRequiredService<IHttpClientFactory>(),
            () => (resource.Uri ?? (parameter is null ? null : new Uri(parameter))) is { } uri ? new Uri(uri, path ?? "/") : null,
            statusCode ?? 200), failureStatus: null, tags: null));
        return builder.WithHealthCheck(key);
    }

    private static IResourceBuilder<ExternalServiceResource> Add(
        this IDistributedApplicationBuilder builder, ExternalServiceResource resource) =>
        builder.AddResource(resource)
            .WithInitialState(new() { ResourceType = "ExternalService", State = KnownResourceStates.Waiting, Properties = [] })
            .ExcludeFromManifest()
            .OnInitializeResource(StartAsync);

    private static async Task StartAsync(
        ExternalServiceResource resource, InitializeResourceEvent @event, CancellationToken cancellationToken)
    {
        try
        {
            var url = resource.Uri?.ToString() ?? await resource.UrlParameter!.GetValueAsync(cancellationToken).ConfigureAwait(false);
            if (!ExternalServiceResource.IsValid(url, out _, out var message)) throw new DistributedApplicationException(message);
            await @event.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, @event.Services), cancellationToken)
                .ConfigureAwait(false);
            await @event.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Running })
                .ConfigureAwait(false);
        }
        catch (DistributedApplicationException failure)
        {
            LogInvalid(@event.Logger, resource.Name, failure.Message);
            await @event.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.FailedToStart })
                .ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The address of '{Name}' cannot be used: {Error}")]
    private static partial void LogInvalid(ILogger logger, string name, string error);
}
