using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

internal static class DashboardPipeline
{
    /// <summary>Builds the web application that serves the dashboard, apart from the AppHost's own configuration and signals.</summary>
    public static WebApplication Build(
        IServiceProvider appHost, ILoggerFactory loggers, Action<KestrelServerOptions> listen, CancellationToken stopping)
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new() { ApplicationName = "Aspire.Dashboard", EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            listen(kestrel);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(loggers);

        var app = builder.Build();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<RequestOrigin>();
        app.UseMiddleware<SignInGate>(appHost.GetRequiredService<BrowserToken>());
        app.UseRouting();
        app.MapAssets();
        app.MapLogin(appHost.GetRequiredService<BrowserToken>());
        app.MapResources(appHost, stopping);
        app.MapLogs(appHost, stopping);
        app.MapCommands(appHost);
        return app;
    }

    // The AppHost hears the signals; a second listener would stop the dashboard first.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
