using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Blender;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GuacAspire.Tests.Unit.Hosting;

/// <summary>A Provisioner as far as the AppHost sees one, in a model in which it runs.</summary>
internal sealed class OneProvisioner : IAsyncDisposable
{
    private readonly WebApplication _server;

    private OneProvisioner(WebApplication server)
    {
        _server = server;
        var builder = DistributedApplication.CreateBuilder();
        var container = builder.AddContainer("provisioner", "image").WithHttpEndpoint(targetPort: 80);
        var endpoint = container.Resource.Annotations.OfType<EndpointAnnotation>().Single();
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", new Uri(server.Urls.First()).Port);
        Resource = container.Resource;
        Endpoint = container.GetEndpoint("http");
        Key = builder.AddParameter("key", "secret", secret: true).Resource;
        Desktops = builder.AddBlenderDesktops("desktops", ".").Resource;
        App = builder.Build();
    }

    public DistributedApplication App { get; }

    public IResource Resource { get; }

    public EndpointReference Endpoint { get; }

    public ParameterResource Key { get; }

    public BlenderDesktopsResource Desktops { get; }

    public ResourceNotificationService Notifications => App.Services.GetRequiredService<ResourceNotificationService>();

    public static async Task<OneProvisioner> StartAsync(Action<WebApplication> answers)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = builder.Build();
        answers(server);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new(server);
    }

    public LiveDesktops Live() => ActivatorUtilities.CreateInstance<LiveDesktops>(App.Services, Desktops, Endpoint, Key);

    public Task BecomeAsync(string state) => Notifications.PublishUpdateAsync(Resource, snapshot => snapshot with { State = state });

    /// <summary>One of the Provisioner's events.</summary>
    public static Task TellAsync(HttpContext context, params string[] changes)
    {
        if (!context.Response.HasStarted)
            context.Response.ContentType = "text/event-stream";
        return context.Response.WriteAsync(
            string.Concat(changes.Select(change => $"event: desktop\ndata: {change}\n\n")), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _server.DisposeAsync();
    }
}
