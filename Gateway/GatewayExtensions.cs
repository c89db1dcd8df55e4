using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Directories;
using GuacAspire.Gateway.Health;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Sharing;
using GuacAspire.Gateway.Telemetry;
using GuacAspire.Gateway.Tunnels;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Gateway;

internal static class GatewayExtensions
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        // Request lines show query strings, and query strings carry tokens.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBody.Limit;
        });
        // Nothing stays behind in Kestrel when a write has returned: tunnels go on to write to the socket themselves.
        builder.WebHost.UseSockets(sockets => sockets.MaxWriteBufferSize = 1);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));

        var services = builder.Services;
        services.AddSingleton(GatewayOptions.Read(builder.Configuration));
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            foreach (var network in (string[])["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fd00::/8"])
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        });
        services.AddSingleton<GuacdCheck>();
        services.AddHealthChecks()
            .AddCheck<DatabaseCheck>("database")
            .AddCheck<GuacdCheck>("guacd", HealthStatus.Degraded);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<Database>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<SeatLimiter>();
        services.AddSingleton<ShareKeys>();
        services.AddSingleton<TunnelHistory>();
        services.AddSingleton<TunnelTargets>();
        services.AddSingleton<TunnelOpener>();
        services.AddSingleton<ActiveConnections>();
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
        if (options.TrustForwardedAddress)
            app.UseForwardedHeaders();
        app.UsePathBase(options.BasePath);
        app.UseMiddleware<PathRedaction>();
        app.UseMiddleware<ErrorHandling>();
        app.UseMiddleware<BasePath>();
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
        // The short spelling is the older one.
        api.MapGroup("/session/data/mysql").MapDataApi();
        api.MapGroup("/data/mysql").MapDataApi();
        api.MapGroup("/session/data/mysql-shared").MapSharedApi();
        api.MapGroup("/data/mysql-shared").MapSharedApi();
    }
}
