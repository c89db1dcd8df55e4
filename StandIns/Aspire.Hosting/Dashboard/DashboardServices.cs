using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Dashboard;

internal static class DashboardServices
{
    public static void AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton<DashboardSettings>();
        services.AddSingleton<BrowserToken>();
        services.AddSingleton<SecretMask>();
        services.AddSingleton<ResourceViews>();
        services.AddSingleton<ResourceFeed>();
        services.AddHostedService<DashboardServer>();
    }
}
