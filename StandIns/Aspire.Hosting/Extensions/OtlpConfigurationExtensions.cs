using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public enum OtlpProtocol
{
    Grpc,
    HttpProtobuf,
    HttpJson,
}

public static class OtlpConfigurationExtensions
{
    public static void AddOtlpEnvironment(IResource resource, IConfiguration configuration, IHostEnvironment environment) =>
        Add(resource, configuration, environment, null);

    public static void AddOtlpEnvironment(
        IResource resource, IConfiguration configuration, IHostEnvironment environment, OtlpProtocol protocol) =>
        Add(resource, configuration, environment, protocol);

    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder) where T : IResourceWithEnvironment
    {
        AddOtlpEnvironment(builder.Resource, builder.ApplicationBuilder.Configuration, builder.ApplicationBuilder.Environment);
        return builder;
    }

    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder, OtlpProtocol protocol)
        where T : IResourceWithEnvironment
    {
        AddOtlpEnvironment(builder.Resource, builder.ApplicationBuilder.Configuration, builder.ApplicationBuilder.Environment, protocol);
        return builder;
    }

    // This dashboard receives no telemetry, so only an endpoint that somebody has configured is passed on.
    private static void Add(IResource resource, IConfiguration configuration, IHostEnvironment environment, OtlpProtocol? protocol) =>
        resource.Annotations.Add(new EnvironmentCallbackAnnotation(context =>
        {
            if (context.ExecutionContext.IsPublishMode) return;
            var endpoint = configuration["OTEL_EXPORTER_OTLP_ENDPOINT"];
            if (string.IsNullOrEmpty(endpoint)) return;

            context.EnvironmentVariables["OTEL_EXPORTER_OTLP_ENDPOINT"] = new HostUrl(endpoint);
            context.EnvironmentVariables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol switch
            {
                OtlpProtocol.Grpc => "grpc",
                OtlpProtocol.HttpProtobuf => "http/protobuf",
                OtlpProtocol.HttpJson => "http/json",
                _ => configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] ?? "grpc",
            };
            if (configuration["OTEL_EXPORTER_OTLP_HEADERS"] is { Length: > 0 } headers)
                context.EnvironmentVariables["OTEL_EXPORTER_OTLP_HEADERS"] = headers;
            context.EnvironmentVariables["OTEL_SERVICE_NAME"] = resource.Name;
            context.EnvironmentVariables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={resource.Name}-{Environment.ProcessId}";
            if (!environment.IsDevelopment()) return;

            context.EnvironmentVariables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
            context.EnvironmentVariables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
            context.EnvironmentVariables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            context.EnvironmentVariables["OTEL_TRACES_SAMPLER"] = "always_on";
            context.EnvironmentVariables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
        }));
}
