using System.Net;
using GuacAspire.Portal.Web;
using GuacAspire.Portal.Web.Desktops;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Portal;

/// <summary>The whole Portal, with fakes where it calls the Provisioner and Guacamole, and a clock that only tests move.</summary>
internal sealed class PortalApp : WebApplicationFactory<PortalOptions>
{
    public const string RemoteHeader = "X-Test-Remote";

    private readonly Dictionary<string, string> _settings = [];

    public PortalApp(string? data = null)
    {
        Data = data ?? Directory.CreateTempSubdirectory("portal-").FullName;
        var meshes = Directory.CreateDirectory(Path.Combine(Data, "meshes")).FullName;
        File.WriteAllText(Path.Combine(meshes, "teapot.stl"), "solid teapot\nfacet\nendfacet\nendsolid\n");
        File.WriteAllBytes(Path.Combine(meshes, "teapot.png"), [0x89, 0x50, 0x4E, 0x47]);
        File.WriteAllText(
            Path.Combine(meshes, "catalogue.json"),
            """[{"id":"teapot","name":"Tea Pot","format":"stl","file":"teapot.stl","bytes":1,"triangles":1,"objects":["Teapot"],"bounds":[]}]""");
        With("Portal:DataDirectory", Data).With("Meshes:Directory", meshes);
    }

    public string Data { get; }

    /// <summary>For a Portal that a second one follows on the same data.</summary>
    public bool KeepData { get; init; }

    /// <summary>The background services whose rounds the test does itself: its clock brings none.</summary>
    public Type[] OwnRounds { get; init; } = [];

    public FakeProvisioner Provisioner { get; init; } = new();

    public FakeGuacamole Guacamole { get; } = new();

    public FakeTimeProvider Time { get; init; } = new(DateTimeOffset.UtcNow);

    /// <summary>Whom the Portal calls instead of the fake Provisioner.</summary>
    public HttpMessageHandler? ProvisionerLine { get; init; }

    /// <summary>Whom the Portal calls instead of the fake Guacamole.</summary>
    public HttpMessageHandler? GuacamoleLine { get; init; }

    public PortalApp With(string setting, string value)
    {
        _settings[setting] = value;
        return this;
    }

    /// <summary>A browser of its own, at an address of its own.</summary>
    public Browser Browser(string address = "192.0.2.1")
    {
        var browser = CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        browser.DefaultRequestHeaders.Add(RemoteHeader, address);
        return new Browser(browser);
    }

    public async Task<Browser> GuestAsync(string address = "192.0.2.1")
    {
        var browser = Browser(address);
        (await browser.PostAsync("/api/session/guest")).EnsureSuccessStatusCode();
        return browser;
    }

    public static async Task<string> UsernameAsync(Browser browser) =>
        (await browser.GetFromJsonAsync<Who>("/api/session"))!.Username;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (!KeepData)
            Directory.Delete(Data, recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        foreach (var (setting, value) in _settings)
            builder.UseSetting(setting, value);
        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
            services.AddHttpClient(nameof(ProvisionerClient)).ConfigurePrimaryHttpMessageHandler(() => ProvisionerLine ?? Provisioner);
            services.AddHttpClient(nameof(GuacamoleClient)).ConfigurePrimaryHttpMessageHandler(() => GuacamoleLine ?? Guacamole);
            services.ConfigureAll<HttpStandardResilienceOptions>(options =>
            {
                // The pause before a second try would wait for this clock, and on a slow machine the clock would run out for a call under way.
                options.Retry.Delay = TimeSpan.Zero;
                options.AttemptTimeout.Timeout = TimeSpan.FromHours(8);
                options.TotalRequestTimeout.Timeout = options.CircuitBreaker.SamplingDuration = TimeSpan.FromHours(20);
            });
            Unit.OwnRounds.LeaveOut(services, OwnRounds);
            services.AddLogging(logging => logging.ClearProviders());
            services.AddTransient<IStartupFilter, RemoteAddress>();
        });
    }

    private sealed record Who(string Username);

    /// <summary>The test server has no connections, so tests name the peer's address in a header.</summary>
    private sealed class RemoteAddress : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                if (IPAddress.TryParse(context.Request.Headers[RemoteHeader], out var address))
                    context.Connection.RemoteIpAddress = address;
                return following(context);
            });
            next(app);
        };
    }
}
