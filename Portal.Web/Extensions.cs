using System.Net.Http.Headers;
using Guacamole.Client;
using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Guacamole;
using GuacAspire.Portal.Web.Meshes;
using GuacAspire.Portal.Web.Pages;
using GuacAspire.Portal.Web.Problems;
using GuacAspire.Portal.Web.Security;
using GuacAspire.Portal.Web.Session;
using GuacAspire.Portal.Web.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace GuacAspire.Portal.Web;

internal static class Extensions
{
    public static void AddApplicationServices(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.Configure<PortalOptions>(builder.Configuration.GetSection("Portal"));
        services.PostConfigure<PortalOptions>(options => options.Guests ??= builder.Environment.IsDevelopment());
        services.Configure<MeshesOptions>(builder.Configuration.GetSection("Meshes"));
        services.Configure<GuacamoleOptions>(builder.Configuration.GetSection("Guacamole"));
        services.Configure<ProvisionerOptions>(builder.Configuration.GetSection("Provisioner"));

        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<PortalPaths>();
        services.AddPortalProblems();
        services.AddPortalRateLimits();
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "GuacAspire";
            document.Info.Description = "Pick a mesh, and a private Blender with that mesh is on your screen. Errors are problem+json.";
            return Task.CompletedTask;
        }));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Of what anybody may send; an upload, which is not held in memory, has a limit of its own.
            kestrel.Limits.MaxRequestBodySize = 64 << 10;
        });
        services.ConfigureOptions<ForwardedHeadersSetup>();

        services.AddSingleton<PortalTelemetry>();
        services.AddSingleton<LaunchTraces>();

        services.AddEdges();
        services.AddScoped<DesktopAccess>();
        services.AddSingleton<TicketStore>();
        services.AddSingleton<TicketKeeper>().AddHostedService(provider => provider.GetRequiredService<TicketKeeper>());

        services.AddSingleton<SampleCatalogue>();
        services.AddSingleton<UploadStore>();
        services.AddSingleton<UploadPictures>().AddHostedService(provider => provider.GetRequiredService<UploadPictures>());
        services.AddSingleton<MeshLibrary>();

        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionCleaner>();
        services.AddScoped<SignInService>();
        services.AddScoped<AccountSignIn>();
        services.AddSingleton<SessionSweeper>().AddHostedService(provider => provider.GetRequiredService<SessionSweeper>());
        services.AddHostedService<GuestKeeper>();
        services.AddAuthorization();
        services.AddAuthentication(SessionAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
    }

    /// <summary>The order matters: the true address first, then headers and refusals, then who it is, then how often.</summary>
    public static void UsePortal(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeadersMiddleware>();
        app.UseExceptionHandler();
        app.UseStatusCodePages(StatusPages.WriteAsync);
        app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache",
        });
        app.UseMiddleware<SameOriginMiddleware>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
    }

    private static void AddEdges(this IServiceCollection services)
    {
        services.AddHttpClient<ProvisionerClient>((provider, http) =>
        {
            var options = provider.GetRequiredService<IOptions<ProvisionerOptions>>().Value;
            http.BaseAddress = new Uri(options.Endpoint.TrimEnd('/') + "/");
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
            http.Timeout = Timeout.InfiniteTimeSpan;
        }).AsEdge().AddPatience(TimeSpan.FromMinutes(5));

        services.AddHttpClient<GuacamoleClient>((provider, http) =>
        {
            var options = provider.GetRequiredService<IOptions<GuacamoleOptions>>().Value;
            http.BaseAddress = new Uri(options.Endpoint);
            http.Timeout = TimeSpan.FromSeconds(15);
        }).AsEdge();

        services.AddSingleton<ProvisionerHealthCheck>().AddSingleton<GuacamoleHealthCheck>();
        services.AddHealthChecks().AddCheck<ProvisionerHealthCheck>("provisioner").AddCheck<GuacamoleHealthCheck>("guacamole");
    }
}
