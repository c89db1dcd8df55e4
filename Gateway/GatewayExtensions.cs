using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Authentication;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;
using GuacAspire.Gateway.Health;
using GuacAspire.Gateway.History;
using GuacAspire.Gateway.JsonUsers;
using GuacAspire.Gateway.Memory;
using GuacAspire.Gateway.Recordings;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Sharing;
using GuacAspire.Gateway.Telemetry;
using GuacAspire.Gateway.Tunnels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Gateway;

internal static class GatewayExtensions
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        var options = GatewayOptions.Read(builder.Configuration);
        if (options.LogLevel is { } level)
            builder.Logging.AddFilter("GuacAspire", level);
        // Request lines show query strings, and query strings carry tokens.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestSize > 0 ? options.MaxRequestSize : null;
        });
        builder.WebHost.UseSockets(sockets =>
        {
            // Nothing stays behind in Kestrel when a write has returned: tunnels go on to write to the socket themselves.
            sockets.MaxWriteBufferSize = 1;
            // See InlineSockets.
            sockets.UnsafePreferInlineScheduling = true;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));

        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSignIn(options);
        services.AddSingleton<GuacdCheck>();
        services.AddHealthChecks()
            .AddCheck<DatabaseCheck>("database")
            .AddCheck<GuacdCheck>("guacd", HealthStatus.Degraded);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<Database>();
        services.AddSingleton<HistoryJournal>();
        services.AddSingleton<HistoryRows>();
        // The first to start is the last to stop.
        services.AddHostedService<HistoryMender>();
        services.AddHostedService<MemoryKeeper>();
        services.AddSingleton<SeatLimiter>();
        services.AddSingleton<ShareKeys>();
        services.AddSingleton<TunnelHistory>();
        services.AddSingleton<TunnelTargets>();
        services.AddSingleton<TunnelOpener>();
        services.AddSingleton<ActiveConnections>();
        services.AddSingleton<RecordingFolder>();
        services.AddSingleton<HistoryReader>();
        services.AddSingleton<UserDirectory>();
        services.AddSingleton<UserGroupDirectory>();
        services.AddSingleton<ConnectionDirectory>();
        services.AddSingleton<ConnectionGroupDirectory>();
        services.AddSingleton<SharingProfileDirectory>();
        services.AddSingleton<ConnectionTreeReader>();
        services.AddSingleton<SessionStore>().AddHostedService(provider => provider.GetRequiredService<SessionStore>());
        services.AddSingleton<HttpTunnels>().AddHostedService(provider => provider.GetRequiredService<HttpTunnels>());
        services.AddSingleton<TunnelRegistry>().AddHostedService(provider => provider.GetRequiredService<TunnelRegistry>());
    }

    public static void MapGateway(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<GatewayOptions>();
        new UnsupportedSettings(app.Configuration, app.Services.GetRequiredService<ILogger<UnsupportedSettings>>()).Report();
        if (options.Proxies is { } proxies)
            app.UseMiddleware<ForwardedAddress>(proxies);
        app.UsePathBase(options.BasePath);
        app.UseMiddleware<PathRedaction>();
        app.UseMiddleware<ErrorHandling>();
        app.UseMiddleware<BasePath>();
        app.UseMiddleware<ShortPath>();
        app.UseMiddleware<SessionGate>();
        app.UseRouting();
        app.Use(DirectUpgrade.InvokeAsync);
        app.UseWebSockets();

        app.MapHomePage();
        app.MapTunnelApi();
        app.MapHttpTunnelApi();
        var api = app.MapGroup("/api");
        api.MapTokensApi();
        api.MapPublicCatalogues();
        api.MapGroup("/session").MapSessionTunnels();
        api.MapGroup("/session/data/mysql").MapDataApi();
        new SharedSource(app.Services.GetRequiredService<ShareKeys>()).Map(api.MapGroup("/session/data/mysql-shared"));
        if (options.Json is not null)
            new JsonSource(app.Services.GetRequiredService<TimeProvider>()).Map(api.MapGroup("/session/data/json"));
    }

    private static void AddSignIn(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<Authenticator>();
        services.AddSingleton<AccountReader>();
        services.AddSingleton<PasswordPolicy>();
        services.AddSingleton<ISignIn, DatabaseSignIn>();
        services.AddSingleton<JsonConnections>();
        if (options.Json is not null)
        {
            services.AddSingleton<AccountCreator>();
            services.AddSingleton<UsedSignatures>();
            services.AddSingleton<ISignIn, JsonSignIn>();
        }
        if (options.Ban is { } ban)
            services.AddSingleton(ban).AddSingleton<IFailureGuard, AddressBan>();
        else
            services.AddSingleton<IFailureGuard, NoGuard>();
    }
}
