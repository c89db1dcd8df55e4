using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Otlp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Sdk;
using Xunit.v3;

// One system, two cores: tests that share them one after the other are quicker and clearer than tests that fight for them.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(RunningSystem))]

namespace GuacAspire.Tests.EndToEnd.Fixtures;

/// <summary>The whole system from the AppHost's own model, started once per run, beside whatever else runs on this machine.</summary>
public sealed class RunningSystem : IAsyncLifetime
{
    public const string AdminName = "guacadmin";

    // The first start on a machine builds every image.
    private static TimeSpan StartPatience => AtMost.Minutes(20);
    private static TimeSpan StopPatience => AtMost.Minutes(2);

    private readonly string _instance = $"test{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 6)}";
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("guacaspire-test-");
    private readonly ConsoleLogs _logs = new();
    private DistributedApplication? _app;
    private IReadOnlyList<string> _containers = [];

    private static CancellationToken Patience => new CancellationTokenSource(AtMost.Minutes(1)).Token;

    public static string RepositoryRoot { get; } = typeof(RunningSystem).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "RepositoryRoot").Value!;

    public string AdminPassword { get; } = NewSecret();

    /// <summary>Gets the label of everything that this run's own system has on the engine.</summary>
    public string Instance => _instance;

    /// <summary>Gets the name of the image that desktops are made from.</summary>
    public string DesktopImage =>
        App.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<BlenderDesktopsResource>().Single().Image.Reference;

    /// <summary>Gets the folder that the Provisioner keeps its files in.</summary>
    internal string DataDirectory => _data.FullName;

    public string RecordingsDirectory => Path.Combine(_data.FullName, "recordings");

    public Uri Address { get; private set; } = null!;

    internal Secrets Secrets { get; } = new();

    internal Engine Engine { get; } = new();

    internal OtlpReceiver Telemetry { get; private set; } = null!;

    internal DistributedApplication App => _app ?? throw new InvalidOperationException("The system does not run.");

    public async ValueTask InitializeAsync()
    {
        Telemetry = await OtlpReceiver.StartAsync();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(Arguments());
        UseOwnSecrets(builder.Configuration);
        MariaDb.AddTo(builder);
        foreach (var resource in builder.Resources)
        {
            // The developer's volume belongs to the developer's secrets; a test starts with an empty database of its own.
            foreach (var volume in resource.Annotations.OfType<ContainerMountAnnotation>().Where(
                mount => mount.Type == ContainerMountType.Volume).ToArray())
                resource.Annotations.Remove(volume);
            if (resource is ProjectResource project)
                Prepare(builder.CreateResourceBuilder(project));
        }

        _app = await builder.BuildAsync();
        _logs.Follow(_app);
        try
        {
            using var patience = new CancellationTokenSource(StartPatience);
            await _app.StartAsync(patience.Token);
            await _app.ResourceNotifications.WaitForResourceHealthyAsync("nginx", patience.Token);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"The system did not start: {error.Message}\n{_logs.Describe()}", error);
        }

        Address = _app.GetEndpoint("nginx", "http");
        _containers = _logs.ContainerIds();
    }

    internal string ImageOf(string resource) => App.Services.GetRequiredService<DistributedApplicationModel>().Resources
        .Single(one => one.Name == resource).TryGetContainerImageName(out var image)
            ? image
            : throw new InvalidOperationException("There is no image.");

    internal Uri EndpointOf(string project) => App.GetEndpoint(project, "http");

    internal Task<PortalClient> SignInAsGuestAsync() => new PortalClient(this).AsGuestAsync();

    /// <summary>How to reach a database, once it answers.</summary>
    internal async Task<string> ConnectionStringAsync(string resource)
    {
        await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, Patience);
        return await App.GetConnectionStringAsync(resource)
            ?? throw new InvalidOperationException($"'{resource}' has no connection string.");
    }

    internal string Property(string resource, string property) => _logs.Property(resource, property);

    /// <summary>Says where something stands that must stand nowhere: traces, metrics, and logs, exported or on a console.</summary>
    internal IReadOnlyList<string> WhereIs(string secret) => [.. Telemetry.WhereIs(secret), .. _logs.WhereIs(secret)];

    /// <summary>Gets what is shown of every resource now.</summary>
    internal IReadOnlyCollection<ResourceEvent> Resources => _logs.Resources;

    /// <summary>Kills a project's process as a crash would, and waits until Aspire has noticed.</summary>
    internal async Task KillProjectAsync(string name)
    {
        // What has been started a moment ago has no number yet.
        var id = await Eventually.GetAsync(
            () => Task.FromResult(int.TryParse(Property(name, "executable.pid"), CultureInfo.InvariantCulture, out var known) ? known : 0),
            known => known > 0,
            $"the process of {name}");
        using var process = Process.GetProcessById(id);
        process.Kill(entireProcessTree: true);
        await App.ResourceNotifications.WaitForResourceAsync(name, KnownResourceStates.TerminalStates, Patience);
    }

    /// <summary>Waits until a project that was killed is back, which nobody has to ask for.</summary>
    internal Task AwaitReturnAsync(string name) =>
        App.ResourceNotifications.WaitForResourceHealthyAsync(name, WaitBehavior.WaitOnResourceUnavailable, Patience);

    public async ValueTask DisposeAsync()
    {
        IReadOnlyList<string> left = [];
        if (_app is not null)
        {
            using var patience = new CancellationTokenSource(StopPatience);
            await _app.StopAsync(patience.Token);
            await _app.DisposeAsync();
            left = await WaitForNothingAsync();
            await Engine.RemoveAllAsync(Engine.InstanceLabel(_instance));
        }

        var leaks = Secrets.All.SelectMany(secret => WhereIs(secret.Key).Select(where => $"{secret.Value} in {where}")).ToArray();
        await Telemetry.DisposeAsync();
        Engine.Dispose();
        _data.Delete(recursive: true);
        Assert.True(left.Count == 0, $"The system has stopped, and left behind: {string.Join(", ", left)}");
        Assert.True(leaks.Length == 0, $"Secrets were exported or logged: {string.Join(Environment.NewLine, leaks)}");
    }

    /// <summary>Waits until nothing is left, since the orchestrator removes what it has made only when its AppHost has ended; tells what stays.</summary>
    private async Task<IReadOnlyList<string>> WaitForNothingAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        for (var end = TimeProvider.System.GetUtcNow() + StopPatience; ; await timer.WaitForNextTickAsync())
        {
            List<string> left = [.. await Engine.FindAsync(Engine.InstanceLabel(_instance))];
            foreach (var container in _containers)
            {
                if (await Engine.ExistsAsync(container))
                    left.Add($"container {container}");
            }

            if (left.Count == 0 || TimeProvider.System.GetUtcNow() > end)
                return left;
        }
    }

    private static string NewSecret() =>
        RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 22);

    private string[] Arguments() =>
        [$"--Desktops:Instance={_instance}", $"--Desktops:DataDirectory={_data.FullName}", $"--Recordings:Directory={RecordingsDirectory}"];

    /// <summary>Set where it outranks the developer's user secrets, and never written there.</summary>
    private void UseOwnSecrets(ConfigurationManager configuration)
    {
        foreach (var name in new[] { "guacamole-admin-password", "guacamole-database-password", "mysql-password", "provisioner-key" })
        {
            var secret = name == "guacamole-admin-password" ? AdminPassword : NewSecret();
            configuration[$"Parameters:{name}"] = secret;
            Secrets.Keep(name, secret);
        }
    }

    private void Prepare(IResourceBuilder<ProjectResource> project) => project
        // All visitors of a run share one address; what an address may do in a minute has unit tests of its own.
        .WithEnvironment("Portal__GuestsPerMinute", "10000")
        .WithEnvironment("Portal__LaunchesPerMinute", "10000")
        .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", Telemetry.Endpoint)
        .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
        .WithEnvironment("OTEL_SERVICE_NAME", project.Resource.Name)
        .WithEnvironment("OTEL_BSP_SCHEDULE_DELAY", "300")
        .WithEnvironment("OTEL_BLRP_SCHEDULE_DELAY", "300")
        .WithEnvironment("OTEL_METRIC_EXPORT_INTERVAL", "2000");
}
