using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Blender;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GuacAspire.Tests.Unit.Hosting;

public class LiveDesktopsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cannot_be_understood_ends_nothing_and_the_next_desktop_is_shown()
    {
        await using var provisioner = await ServeAsync(
            """{"state":"ready"}""", """{"id":"abc","owner":"anna","mesh":"cube","state":"ready","createdAt":"2026-11-23T12:00:00Z"}""");
        var builder = DistributedApplication.CreateBuilder();
        var container = builder.AddContainer("provisioner", "image").WithHttpEndpoint(targetPort: 80);
        var endpoint = container.Resource.Annotations.OfType<EndpointAnnotation>().Single();
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", new Uri(provisioner.Urls.First()).Port);
        var desktops = builder.AddBlenderDesktops("desktops", ".");
        await using var app = builder.Build();
        var notifications = app.Services.GetRequiredService<ResourceNotificationService>();
        await notifications.PublishUpdateAsync(container.Resource, state => state with { State = KnownResourceStates.Running });

        using var live = ActivatorUtilities.CreateInstance<LiveDesktops>(
            app.Services, desktops.Resource, container.GetEndpoint("http"), builder.AddParameter("key", "secret", secret: true).Resource);
        await live.StartingAsync(Cancelled);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        await notifications.WaitForResourceAsync("desktops-abc", KnownResourceStates.Running, patience.Token);
        Assert.False(live.ExecuteTask!.IsCompleted);
        // What stops with the application would have the desktops saved.
        await notifications.PublishUpdateAsync(container.Resource, state => state with { State = KnownResourceStates.Exited });
        await live.StoppingAsync(Cancelled);
    }

    /// <summary>A Provisioner that tells each who asks one thing, one after the other, and the last of them for ever.</summary>
    private static async Task<WebApplication> ServeAsync(params string[] changes)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var asked = 0;
        app.MapGet("/desktops/changes", context =>
        {
            context.Response.ContentType = "text/event-stream";
            return context.Response.WriteAsync($"event: desktop\ndata: {changes[Math.Min(asked++, changes.Length - 1)]}\n\n", Cancelled);
        });
        await app.StartAsync(Cancelled);
        return app;
    }
}
