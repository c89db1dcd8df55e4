using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AppHost;

internal static class RestartOnFailure
{
    /// <summary>
    /// Has whatever serves for long come back when it fails: containers by the engine, which keeps their networks, projects, and containers
    /// that have ended with their engine, by starting them again. What somebody has stopped in the dashboard stays stopped. To be called when
    /// all resources have been added.
    /// </summary>
    public static void AddRestartOnFailure(this IDistributedApplicationBuilder builder)
    {
        // Not "unless-stopped": after a reboot the engine would bring back the containers of a run that is over.
        foreach (var container in builder.Resources.OfType<ContainerResource>().Where(ServesForLong).ToArray())
            builder.CreateResourceBuilder(container).WithContainerRuntimeArgs("--restart", "on-failure");
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<FailedServices>();
    }

    /// <summary>Whether it is there to be asked, unlike a step that is over when it is done.</summary>
    public static bool ServesForLong(IResource resource) => resource.HasAnnotationOfType<HealthCheckAnnotation>();
}
