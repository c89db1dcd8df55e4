using System.Net.Sockets;
using Docker.DotNet;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Runtime.Docker;

/// <summary>The engine's API, with everything that means "it is not there" told apart from what it answers.</summary>
internal sealed class DockerEngine : IDisposable
{
    private readonly DockerClientConfiguration _configuration;
    private readonly DockerClient _client;

    public DockerEngine(IConfiguration configuration, IOptions<DesktopsOptions> options)
    {
        var timeout = options.Value.EngineTimeout;
        _configuration = configuration["DOCKER_HOST"] is { Length: > 0 } host
            ? new(new Uri(host), defaultTimeout: timeout)
            : new(defaultTimeout: timeout);
        _client = _configuration.CreateClient();
    }

    public async Task<T> AskAsync<T>(Func<IDockerClient, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(_client);
        }
        catch (Exception e) when (e is SocketException or HttpRequestException or IOException or TimeoutException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new EngineUnavailableException(_configuration.EndpointBaseUri, e);
        }
    }

    public Task TellAsync(Func<IDockerClient, Task> call, CancellationToken cancellationToken) =>
        AskAsync(
            async client =>
            {
                await call(client);
                return true;
            },
            cancellationToken);

    /// <summary>Does something that is fine not to be possible because its object is gone.</summary>
    public async Task TryTellAsync(Func<IDockerClient, Task> call, CancellationToken cancellationToken)
    {
        try
        {
            await TellAsync(call, cancellationToken);
        }
        catch (DockerApiException e) when (e.IsNotFound)
        {
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _configuration.Dispose();
    }
}
