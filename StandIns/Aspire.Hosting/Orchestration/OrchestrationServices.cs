using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

internal static class OrchestrationServices
{
    public static void AddOrchestration(
        this HostApplicationBuilder host, DistributedApplicationOptions options, DistributedApplicationExecutionContext context)
    {
        host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // It logs with a stack trace what is told in one line where the failure is caught.
        host.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        host.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        host.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.None);

        var services = host.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ResourceLoggerService>();
        services.AddSingleton<ResourceNotificationService>();
        services.AddSingleton(provider => new ResourceCommandService(
            provider.GetRequiredService<ResourceNotificationService>(), provider.GetRequiredService<ResourceLoggerService>(), provider));
        services.AddHealthChecks();
        services.AddHttpClient();
        services.Configure<ResourceNotificationServiceOptions>(o => o.DefaultWaitBehavior =
            options.DisableDashboard ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable);
        if (context.IsPublishMode) return;

        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(55));
        services.AddSingleton<RunIdentity>();
        services.AddSingleton<ContainerEngine>();
        services.AddSingleton<ServiceNetwork>();
        services.AddSingleton<ResourceConfiguration>();
        services.AddSingleton<EndpointAllocator>();
        services.AddSingleton<ContainerSpecification>();
        services.AddSingleton<ImageBuilder>();
        services.AddSingleton<ImageStore>();
        services.AddSingleton<ContainerStarter>();
        services.AddSingleton<ProjectCommand>();
        services.AddSingleton<ProcessRecords>();
        services.AddSingleton<ProcessStarter>();
        services.AddSingleton<HealthMonitor>();
        services.AddSingleton<ChildStates>();
        services.AddSingleton<ParameterStates>();
        services.AddSingleton<Leftovers>();
        services.AddSingleton<OrchestratorParts>();
        services.AddSingleton(provider => new RunnerServices(provider, provider.GetRequiredService<ResourceNotificationService>(),
            provider.GetRequiredService<ResourceLoggerService>(), provider.GetRequiredService<IDistributedApplicationEventing>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Aspire.Hosting")));
        // First to start and last to stop: the page shows both.
        if (!options.DisableDashboard) services.AddDashboard();
        services.AddHostedService<Orchestrator>();
    }
}
