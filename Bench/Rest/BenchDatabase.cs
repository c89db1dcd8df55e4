using System.Globalization;
using System.Security.Cryptography;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace GuacAspire.Bench.Rest;

/// <summary>A MySQL of its own, from the image that the system builds (or the official one), as durable as it comes.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private const string Port = "3306/tcp";
    private readonly DockerClient _engine = new DockerClientConfiguration().CreateClient();
    private string? _container;

    public string RootPassword { get; } = Password();

    /// <summary>The Gateway's own account's.</summary>
    public string UserPassword { get; } = Password();

    /// <summary>Guacamole's first administrator's.</summary>
    public string AdminPassword { get; } = Password();

    public int PublishedPort { get; private set; }

    public async Task StartAsync(string? image, CancellationToken cancellationToken)
    {
        image ??= (await _engine.Images.ListImagesAsync(new ImagesListParameters(), cancellationToken))
            .SelectMany(known => known.RepoTags ?? [])
            .FirstOrDefault(tag => tag.StartsWith("guacaspire/mysql-", StringComparison.Ordinal) || tag.StartsWith("mysql:", StringComparison.Ordinal))
            ?? throw new InvalidOperationException("There is no image of MySQL; run ./run once, or name one with --image.");
        _container = (await _engine.Containers.CreateContainerAsync(
            new CreateContainerParameters
            {
                Name = $"guacaspire-bench-{Guid.NewGuid():N}",
                Image = image,
                Env = [$"MYSQL_ROOT_PASSWORD={RootPassword}"],
                ExposedPorts = new Dictionary<string, EmptyStruct> { [Port] = default },
                HostConfig = new HostConfig
                {
                    PortBindings = new Dictionary<string, IList<PortBinding>> { [Port] = [new PortBinding { HostIP = "127.0.0.1", HostPort = "" }] },
                },
            },
            cancellationToken)).ID;
        await _engine.Containers.StartContainerAsync(_container, new ContainerStartParameters(), cancellationToken);
        var started = await _engine.Containers.InspectContainerAsync(_container, cancellationToken);
        PublishedPort = int.Parse(started.NetworkSettings.Ports[Port][0].HostPort, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null)
            await _engine.Containers.RemoveContainerAsync(_container, new ContainerRemoveParameters { Force = true, RemoveVolumes = true });
        _engine.Dispose();
    }

    private static string Password() => Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
}
