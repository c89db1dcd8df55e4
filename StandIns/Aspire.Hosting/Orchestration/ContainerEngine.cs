using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;

namespace Aspire.Hosting.Orchestration;

/// <summary>The container engine, asked over its API; nothing here starts a command-line client.</summary>
internal sealed class ContainerEngine : IDisposable
{
    private const string DefaultAddress = "unix:///var/run/docker.sock";

    private readonly Uri _address;
    private readonly Lazy<DockerClient> _client;

    public ContainerEngine()
    {
        var configured = Environment.GetEnvironmentVariable("DOCKER_HOST");
        _address = new(string.IsNullOrEmpty(configured) ? DefaultAddress : configured);
        _client = new(() =>
        {
            using var configuration = new DockerClientConfiguration(_address);
            return configuration.CreateClient();
        });
    }

    public DockerClient Client => _client.Value;

    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        try
        {
            await Client.System.PingAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && IsAbsence(failure))
        {
            throw new OrchestrationException(
                $"No container engine answers at {_address}; run ./run, which installs and starts one, or start yours ({Reason(failure)}).",
                failure);
        }
    }

    private string Reason(Exception failure) => _address.Scheme == "unix" && !File.Exists(_address.LocalPath)
        ? "there is no such socket" : failure.GetBaseException().Message;

    public void Dispose()
    {
        if (_client.IsValueCreated) _client.Value.Dispose();
    }

    public static bool IsAbsence(Exception failure) =>
        failure is HttpRequestException or SocketException or IOException or TimeoutException or OperationCanceledException or DockerApiException;

    /// <summary>What the engine said, without the wrapping that its client adds.</summary>
    public static string Message(DockerApiException failure)
    {
        try
        {
            using var body = JsonDocument.Parse(failure.ResponseBody ?? "");
            if (body.RootElement.TryGetProperty("message", out var message)) return message.GetString()!.Trim();
        }
        catch (JsonException)
        {
            // Not every answer is JSON: then what stands there is the message.
        }

        return string.IsNullOrWhiteSpace(failure.ResponseBody) ? failure.Message : failure.ResponseBody.Trim();
    }
}
