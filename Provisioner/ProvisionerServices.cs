using System.Net;
using Guacamole.Client;
using GuacAspire.Provisioner.Agent;
using GuacAspire.Provisioner.Api;
using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Draining;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Health;
using GuacAspire.Provisioner.Launching;
using GuacAspire.Provisioner.Pictures;
using GuacAspire.Provisioner.Pool;
using GuacAspire.Provisioner.Reconciling;
using GuacAspire.Provisioner.Recordings;
using GuacAspire.Provisioner.Runtime;
using GuacAspire.Provisioner.Runtime.Docker;
using GuacAspire.Provisioner.Saving;
using GuacAspire.Provisioner.Sharing;
using GuacAspire.Provisioner.Stopping;
using GuacAspire.Provisioner.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner;

internal static class ProvisionerServices
{
    public static IHostApplicationBuilder AddProvisionerServices(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ProvisionerOptions>().BindConfiguration(ProvisionerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<DesktopsOptions>().BindConfiguration(DesktopsOptions.Section).ValidateOnStart();
        services.AddOptions<GuacamoleOptions>().BindConfiguration(GuacamoleOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DesktopsOptions>, DesktopsOptionsValidator>();
        services.AddSingleton<IValidateOptions<GuacamoleOptions>, GuacamoleOptionsValidator>();
        services.AddSingleton(TimeProvider.System);

        services.AddSingleton<DesktopIds>().AddSingleton<DesktopFeed>().AddSingleton<DesktopRegistry>();
        services.AddSingleton<DockerEngine>().AddSingleton<DesktopLabels>().AddSingleton<DesktopNetworks>().AddSingleton<WallProbe>();
        services.AddSingleton<IDesktopRuntime, DockerDesktopRuntime>();
        services.AddSingleton(new AgentClient(NewHttpClient(Timeout.InfiniteTimeSpan))).AddSingleton<DesktopScreen>();
        services.AddSingleton(CreateGuacamoleClient).AddSingleton(CreateAdminSession);
        services.AddRecordings();
        services.AddSingleton<GuacamolePatience>().AddSingleton<EntryRights>().AddSingleton<DesktopAccess>().AddSingleton<GuestAccounts>();
        services.AddSingleton<SaveStore>().AddSingleton<SaveRetention>().AddSingleton<DesktopSaver>().AddSingleton<SaveOnRequest>();
        services.AddSingleton<DesktopRescue>();
        services.AddSingleton<Studio>().AddSingleton<MeshPhotographer>();
        services.AddSingleton<SavePhotographer>().AddHostedService(provider => provider.GetRequiredService<SavePhotographer>());
        services.AddSingleton<ShareSecrets>().AddSingleton<ShareStore>().AddSingleton<SharingProfiles>().AddSingleton<OwnersLine>();
        services.AddSingleton<ShareVisits>().AddSingleton<ShareLinks>();
        services.AddSingleton<ShareKeeper>().AddHostedService(provider => provider.GetRequiredService<ShareKeeper>());
        services.AddSingleton<LaunchFiles>().AddSingleton<StartQueue>().AddSingleton<LaunchPipeline>().AddSingleton<DesktopLauncher>();
        services.AddSingleton<DesktopRemover>().AddSingleton<DesktopStopper>().AddSingleton<StopMarks>().AddSingleton<GuestRemoval>();
        services.AddSingleton<ReconcilePass>().AddSingleton<DesktopAdoption>().AddSingleton<DesktopSupervision>()
            .AddSingleton<DesktopRevival>().AddSingleton<OrphanSweep>();
        services.AddSingleton<ProvisionerMetrics>().AddSingleton<MemoryReader>();
        services.AddSingleton<WarmPool>().AddSingleton<PoolMaker>();
        services.AddSingleton<InstanceLock>();
        services.AddSingleton<BackgroundWork>().AddHostedService(provider => provider.GetRequiredService<BackgroundWork>());
        services.AddSingleton<Reconciler>().AddHostedService(provider => provider.GetRequiredService<Reconciler>());
        services.AddSingleton<PoolKeeper>().AddHostedService(provider => provider.GetRequiredService<PoolKeeper>());
        services.AddSingleton<Checkpoints>().AddHostedService(provider => provider.GetRequiredService<Checkpoints>());
        services.AddSingleton<Attendance>().AddSingleton<AgentAnswers>();
        services.AddSingleton<ActivityReader>().AddSingleton<DesktopCuller>()
            .AddHostedService(provider => provider.GetRequiredService<DesktopCuller>());
        services.AddSingleton<DrainSwitch>().AddSingleton<DrainReport>();
        services.AddSingleton<DrainKeeper>().AddHostedService(provider => provider.GetRequiredService<DrainKeeper>());
        services.AddHostedService<RuntimeWatcher>();
        services.AddSingleton<WallWatch>().AddHostedService(provider => provider.GetRequiredService<WallWatch>());

        services.AddHealthChecks().AddDesktopChecks();
        services.Configure<HealthCheckOptions>(health => health.ResponseWriter = HealthReportWriter.WriteAsync);
        services.AddProblemDetails().AddExceptionHandler<ProblemHandler>();
        services.AddAuthentication(KeyAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.SchemeName, null);
        services.AddAuthorization();
        services.AddOpenApi(ApiDocument.Describe);
        return builder;
    }

    // The services' common HTTP client tries again on its own. What is sent from here must not happen twice, and Guacamole answers 500
    // to requests that are merely wrong; so these two know nothing of that.
    private static HttpClient NewHttpClient(TimeSpan timeout) => new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
    })
    {
        Timeout = timeout,
    };

    private static GuacamoleClient CreateGuacamoleClient(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<GuacamoleOptions>>().Value;
        var http = NewHttpClient(options.Timeout);
        http.BaseAddress = new(options.Endpoint);
        // Seen from a container, this process and every visitor on this machine have one address. Where failures to sign in are counted
        // against addresses, a visitor's must not count against this one: to a server that believes it, it is the machine itself.
        http.DefaultRequestHeaders.Add("X-Forwarded-For", IPAddress.Loopback.ToString());
        return new(http);
    }

    private static GuacamoleSession CreateAdminSession(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<GuacamoleOptions>>().Value;
        return services.GetRequiredService<GuacamoleClient>().UseCredentials(options.Username, options.Password, options.DataSource);
    }
}
