using System.Net;
using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.StandIns;

/// <summary>Containers, for real: built, wired, followed, ended and removed.</summary>
public class ContainerTests
{
    private readonly IDistributedApplicationTestingBuilder _builder = Model.Create();

    [Fact]
    public async Task A_container_is_built_wired_and_removed_again()
    {
        var name = $"box{Guid.NewGuid():N}"[..12];
        var secret = _builder.AddParameter("secret", "s p$c", secret: true);
        var web = _builder.AddProject("web", Source.Service, options => options.ExcludeLaunchProfile = true).WithHttpEndpoint(name: "http")
            .WithHttpHealthCheck("/health");
        var other = _builder.AddServer("other");
        var box = _builder.AddServer(name).WithBuildArg("GREETING", "hello")
            .WithEnvironment("SECRET", secret)
            .WithEnvironment("WEB", web.GetEndpoint("http"))
            .WithEnvironment("OTHER_HOST", other.GetEndpoint("http").Property(EndpointProperty.Host))
            .WithEnvironment("OTHER_PORT", other.GetEndpoint("http").Property(EndpointProperty.Port))
            .WithContainerFiles("/etc/deep/er", [
                new ContainerFile { Name = "own.conf", Contents = "$kept {as} it is\n" },
                new ContainerDirectory { Name = "d", Entries = [new ContainerFile { Name = "x", SourcePath = Path.Combine(Source.Image, "Dockerfile"), Mode = UnixFileMode.UserRead, Owner = 1000 }] },
            ])
            .WithContainerRuntimeArgs(
                "--label", "test.label=a=b", "--cap-drop", "ALL", "--tmpfs=/scratch:size=1m", "--memory", "256m", "--pids-limit", "50")
            .WaitFor(web).WaitFor(other);

        using (var app = await _builder.StartAsync())
        {
            await app.HealthyAsync(name);
            Assert.Equal("s p$c", await app.GetAsync(name, "/environment/SECRET"));
            Assert.Equal("$kept {as} it is\n", await app.GetAsync(name, "/file/etc/deep/er/own.conf"));
            Assert.Equal("400 1000 0", await app.GetAsync(name, "/mode/etc/deep/er/d/x"));

            // From the container to the project on the host, and to the other container by its name.
            var seen = new Uri(await app.GetAsync(name, "/environment/WEB"));
            Assert.Equal("well", await app.GetAsync(name, $"/get/{seen.Host}/{seen.Port}/health"));
            var host = await app.GetAsync(name, "/environment/OTHER_HOST");
            Assert.Equal(
                "/root", await app.GetAsync(name, $"/get/{host}/{await app.GetAsync(name, "/environment/OTHER_PORT")}/environment/HOME"));

            var container = await InspectAsync(name);
            Assert.Equal("a=b", container.Config.Labels["test.label"]);
            Assert.Equal(256L << 20, container.HostConfig.Memory);
            Assert.Equal(["ALL"], container.HostConfig.CapDrop);
            Assert.All(container.HostConfig.PortBindings.Values.SelectMany(b => b), b => Assert.Equal("127.0.0.1", b.HostIP));

            await foreach (var lines in app.Services.GetRequiredService<ResourceLoggerService>().WatchAsync(box.Resource).WithCancellation(Model.Cancelled))
            {
                if (lines.Any(l => l.Content.Contains("an error line", StringComparison.Ordinal) && l.IsErrorMessage)) break;
            }

            await app.StopAsync(Model.Cancelled).WaitAsync(TimeSpan.FromSeconds(60), Model.Cancelled);
        }

        Assert.Empty(await ContainersAsync(name));
    }

    [Fact]
    public async Task An_end_is_noticed_and_the_start_command_brings_it_back()
    {
        var box = _builder.AddServer("ending");
        await using var app = await _builder.StartAsync();
        await app.HealthyAsync("ending");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => app.GetAsync("ending", "/exit/7"));

        var ended = await app.StateAsync("ending", s => s.State?.Text == KnownResourceStates.Exited);
        Assert.Equal(7, ended.Snapshot.ExitCode);
        Assert.Null(ended.Snapshot.HealthStatus);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(box.Resource, KnownResourceCommands.StartCommand, Model.Cancelled)).Success);
        await app.HealthyAsync("ending");
        Assert.Equal("/root", await app.GetAsync("ending", "/environment/HOME"));
    }

    [Fact]
    public async Task A_volume_outlives_its_container()
    {
        var volume = $"aspire-standins-test-{Guid.NewGuid():N}";
        try
        {
            for (var run = 0; run < 2; run++)
            {
                var builder = Model.Create();
                var marker = run == 0 ? "touch /data/marker" : "test -f /data/marker";
                builder.AddServer("writer").WithVolume(volume, "/data").WithEntrypoint("sh").WithArgs("-c", marker)
                    .Resource.Annotations.Remove(
                        builder.Resources.Single(r => r.Name == "writer").Annotations.OfType<HealthCheckAnnotation>().Single());
                await using var app = await builder.StartAsync();
                var ended = await app.StateAsync("writer", s => KnownResourceStates.TerminalStates.Contains(s.State?.Text));
                Assert.Equal(0, ended.Snapshot.ExitCode);
                await app.StopAsync(Model.Cancelled);
            }
        }
        finally
        {
            using var engine = Engine();
            await engine.Volumes.RemoveAsync(volume, force: true, Model.Cancelled);
        }
    }

    [Theory]
    [InlineData("FROM scratch\nCOPY what-is-not-there /\n", "what-is-not-there")]
    [InlineData("ARG BASE\nFROM $BASE\nRUN echo a line; printf 'the %s\\n' reason >&2; exit 3\n", "the reason")]
    // Its writes fail as those on a full disk do.
    [InlineData("ARG BASE\nFROM $BASE\nRUN dd if=/dev/zero of=/dev/full count=1\n", "The disk is full")]
    public async Task A_build_that_fails_shows_why(string dockerfile, string reason)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "Dockerfile"), dockerfile, Model.Cancelled);
            var box = _builder.AddServer("broken").WithDockerfile(folder.FullName).WithBuildArg("BASE", "guacaspire-debian:trixie");
            await using var app = await _builder.StartAsync();
            await app.StateAsync("broken", s => s.State?.Text == KnownResourceStates.FailedToStart);

            var said = new List<string>();
            await foreach (var lines in app.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(box.Resource)) said.AddRange(lines.Select(l => l.Content));
            Assert.Contains(said, line => line.Contains(reason, StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task An_unchanged_image_is_not_built_again()
    {
        var tag = Guid.NewGuid().ToString("N");
        try
        {
            var ids = new List<string>();
            for (var run = 0; run < 2; run++)
            {
                var builder = Model.Create();
                builder.AddServer("box", tag).WithBuildArg("GREETING", tag);
                await using var app = await builder.StartAsync();
                await app.HealthyAsync("box");
                using var engine = Engine();
                ids.Add((await engine.Images.InspectImageAsync($"guacaspire-standins-test:{tag}", Model.Cancelled)).ID);
                await app.StopAsync(Model.Cancelled);
            }

            Assert.Equal(ids[0], ids[1]);
        }
        finally
        {
            using var engine = Engine();
            await engine.Images.DeleteImageAsync(
                $"guacaspire-standins-test:{tag}", new ImageDeleteParameters { Force = true }, Model.Cancelled);
        }
    }

    [Fact]
    public async Task Dependents_end_before_what_they_depend_on()
    {
        var ended = new List<string>();
        var below = _builder.AddServer("below");
        var middle = _builder.AddServer("middle").WaitFor(below);
        _builder.AddServer("above").WithReference(middle.GetEndpoint("http")).WaitFor(middle);
        using var app = await _builder.StartAsync();
        await app.HealthyAsync("above");
        var watching = Task.Run(async () =>
        {
            await foreach (var change in app.ResourceNotifications.WatchAsync(Model.Cancelled))
            {
                if (change.Snapshot.State?.Text != KnownResourceStates.Exited || ended.Contains(change.Resource.Name)
                    || change.Resource is ExecutableResource)
                    continue;
                ended.Add(change.Resource.Name);
                if (ended.Count == 3) return;
            }
        }, Model.Cancelled);
        await app.StopAsync(Model.Cancelled);
        await watching.WaitAsync(Model.Patience, Model.Cancelled);

        Assert.Equal(["above", "middle", "below"], ended);
    }

    [Fact]
    public async Task A_runtime_argument_that_nobody_knows_is_an_error()
    {
        _builder.AddServer("odd").WithContainerRuntimeArgs("--no-such-argument", "x");
        await using var app = await _builder.StartAsync();

        await app.StateAsync("odd", s => s.State?.Text == KnownResourceStates.FailedToStart);
    }

    [Fact]
    public async Task A_taken_port_is_told()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        var builder = Model.Create("--DcpPublisher:RandomizePorts=false");
        builder.AddContainer("web", "guacaspire-standins-test", "dev").WithHttpEndpoint(port: port, targetPort: 7000, isProxied: false);

        var failure = await Record.ExceptionAsync(async () =>
        {
            await using var app = await builder.StartAsync();
            await app.StateAsync("web", s => s.State?.Text == KnownResourceStates.FailedToStart);
        });
        if (failure is not null) Assert.Contains($"{port}", failure.Message, StringComparison.Ordinal);
    }

    private static DockerClient Engine()
    {
        using var configuration = new DockerClientConfiguration(
            new Uri(Environment.GetEnvironmentVariable("DOCKER_HOST") ?? "unix:///var/run/docker.sock"));
        return configuration.CreateClient();
    }

    private static async Task<IList<ContainerListResponse>> ContainersAsync(string name)
    {
        using var engine = Engine();
        return await engine.Containers.ListContainersAsync(new()
        {
            All = true,
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["name"] = new Dictionary<string, bool> { [name] = true } },
        }, Model.Cancelled);
    }

    private static async Task<ContainerInspectResponse> InspectAsync(string name)
    {
        using var engine = Engine();
        return await engine.Containers.InspectContainerAsync(Assert.Single(await ContainersAsync(name)).ID, Model.Cancelled);
    }
}
