using System.Diagnostics;
using GuacAspire.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>What every service of the system shares: telemetry, health endpoints, and resilient outgoing HTTP.</summary>
public static class Extensions
{
    private const string HealthPath = "/health";
    private const string AlivePath = "/alive";

    /// <summary>Adds OpenTelemetry, a liveness check, service discovery and resilience for every <see cref="HttpClient"/>.</summary>
    /// <typeparam name="TBuilder">The kind of host builder.</typeparam>
    /// <param name="builder">The host builder.</param>
    /// <param name="polled">How the paths end that machines ask for by themselves: what goes well there is in no trace.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, params string[] polled)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddTelemetry(polled).AddDefaultHealthChecks().AddUnixSockets();
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddHttpClientInstrumentation())
            .WithTracing(tracing => tracing.AddHttpClientInstrumentation());
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            // A POST that timed out may have happened: only what is safe to repeat is repeated.
            http.AddStandardResilienceHandler(options => options.Retry.DisableForUnsafeHttpMethods());
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>Adds a liveness check; part of <see cref="AddServiceDefaults"/>.</summary>
    /// <typeparam name="TBuilder">The kind of host builder.</typeparam>
    /// <param name="builder">The host builder.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddDefaultHealthChecks<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        return builder;
    }

    /// <summary>
    /// Makes sockets of the file system as good as ports, where one is among the addresses to listen on (<c>http://unix:/…</c>); part of
    /// <see cref="AddServiceDefaults"/>.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of host builder.</typeparam>
    /// <param name="builder">The host builder.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddUnixSockets<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton<UnixSockets>();
        builder.Services.AddSingleton<IStartupFilter>(services => services.GetRequiredService<UnixSockets>());
        builder.Services.AddHostedService(services => services.GetRequiredService<UnixSockets>());
        return builder;
    }

    /// <summary>Maps <c>/health</c> (every check: ready for work) and <c>/alive</c> (the process answers).</summary>
    /// <param name="app">The application.</param>
    /// <returns>The same application.</returns>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(HealthPath, new HealthCheckOptions { ResponseWriter = HealthReportWriter.WriteAsync });
        app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") });
        return app;
    }

    /// <summary>Adds logs, metrics and traces of what a service does itself; part of <see cref="AddServiceDefaults"/>.</summary>
    /// <typeparam name="TBuilder">The kind of host builder.</typeparam>
    /// <param name="builder">The host builder.</param>
    /// <param name="polled">How the paths end that machines ask for by themselves: what goes well there is in no trace.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddTelemetry<TBuilder>(this TBuilder builder, params string[] polled) where TBuilder : IHostApplicationBuilder
    {
        // The exporter's own requests pass the resilience handler too; its every step is no news.
        builder.Logging.AddFilter("Polly", LogLevel.Warning);
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                // Aspire names the service; who starts it alone should not have to.
                if (string.IsNullOrEmpty(builder.Configuration["OTEL_SERVICE_NAME"]))
                    resource.AddService(builder.Environment.ApplicationName);
            })
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("GuacAspire.*"))
            .WithTracing(tracing => tracing
                .AddSource("GuacAspire.*")
                .AddQuietTraces(builder.Configuration["OTEL_TRACES_SAMPLER"])
                .AddAspNetCoreInstrumentation(options => Hush(options, polled)));

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();
        return builder;
    }

    private static void Hush(AspNetCoreTraceInstrumentationOptions options, string[] polled)
    {
        options.EnrichWithHttpRequest = (activity, request) =>
        {
            if (IsHealth(request) || polled.Any(path => request.Path.Value?.EndsWith(path, StringComparison.OrdinalIgnoreCase) == true))
                QuietTraces.Hush(activity);
            // Values are redacted already. What has no name is left as it is, and an HTTP tunnel's id, which opens it, stands so in its queries.
            if (request.QueryString.Value is { Length: > 1 } query && query[1..].Split('&').Any(part => !part.Contains('=', StringComparison.Ordinal)))
                activity.SetTag("url.query", "?*");
        };
        // That a service is not well is said by its health, again and again; what is news is a check that could not be made.
        options.EnrichWithHttpResponse = (activity, response) =>
        {
            if (IsHealth(response.HttpContext.Request))
                activity.SetStatus(ActivityStatusCode.Unset);
        };
    }

    private static bool IsHealth(HttpRequest request) =>
        request.Path.StartsWithSegments(HealthPath) || request.Path.StartsWithSegments(AlivePath);
}
