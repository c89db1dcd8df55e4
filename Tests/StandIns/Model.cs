namespace GuacAspire.Tests.StandIns;

/// <summary>Applications of the tests, and what their resources are given.</summary>
internal static class Model
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static IDistributedApplicationTestingBuilder Create(params string[] args) => DistributedApplicationTestingBuilder.Create(args);

    /// <summary>A container that serves what Image/server.pl can, from an image that is built here.</summary>
    public static IResourceBuilder<ContainerResource> AddServer(
        this IDistributedApplicationBuilder builder, string name, string tag = "dev")
    {
        if (!builder.TryCreateResourceBuilder<ExecutableResource>("base", out var debian))
            debian = builder.AddExecutable("base", "./debian-base.sh", Source.Images, "trixie");
        return builder.AddContainer(name, "placeholder").WithDockerfile(Source.Image).WithImage("guacaspire-standins-test", tag)
            .WithBuildArg("BASE", "guacaspire-debian:trixie")
            .WaitForCompletion(debian)
            .WithHttpEndpoint(targetPort: 7000, name: "http")
            .WithHttpHealthCheck("/environment/HOME");
    }

    public static async Task<Dictionary<string, object>> VariablesAsync(IResource resource)
    {
        var context = new EnvironmentCallbackContext(
            new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), resource);
        if (resource.TryGetEnvironmentVariables(out var callbacks))
        {
            foreach (var callback in callbacks) await callback.Callback(context);
        }

        return context.EnvironmentVariables;
    }

    public static async Task<string?> TextAsync(object value, NetworkIdentifier? network = null) => value is IValueProvider provider
        ? await provider.GetValueAsync(
            new ValueProviderContext { Network = network ?? KnownNetworkIdentifiers.LocalhostNetwork }, Cancelled)
        : value.ToString();

    public static async Task<DistributedApplication> StartAsync(this IDistributedApplicationTestingBuilder builder)
    {
        var app = await builder.BuildAsync(Cancelled);
        await app.StartAsync(Cancelled).WaitAsync(Patience, Cancelled);
        return app;
    }

    public static Task HealthyAsync(this DistributedApplication app, string name) =>
        app.ResourceNotifications.WaitForResourceHealthyAsync(name, Cancelled).WaitAsync(Patience, Cancelled);

    public static Task<ResourceEvent> StateAsync(this DistributedApplication app, string name, Func<CustomResourceSnapshot, bool> state) =>
        app.ResourceNotifications.WaitForResourceAsync(name, e => state(e.Snapshot), Cancelled).WaitAsync(Patience, Cancelled);

    public static async Task<string> GetAsync(this DistributedApplication app, string name, string path)
    {
        using var client = app.CreateHttpClient(name, "http");
        return await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancelled);
    }

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;
}
