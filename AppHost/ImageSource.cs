using System.Net.Sockets;

namespace AppHost;

/// <summary>Where images come from: a registry, or Debian's packages on a machine that has none.</summary>
internal sealed record ImageSource(bool IsRegistry)
{
    private const string Setting = "Images:Source";
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Gets the Guacamole server that this source can provide without being told.</summary>
    public string GuacamoleServer => IsRegistry ? "apache" : "gateway";

    /// <summary>Takes the setting's word, or asks the engine once whether a registry answers it, and says which it is.</summary>
    public static async Task<ImageSource> ChooseAsync(IDistributedApplicationBuilder builder)
    {
        var setting = builder.Configuration[Setting];
        if (setting is not (null or "registry" or "debian"))
            throw new DistributedApplicationException($"{Setting} is '{setting}'; it must be registry or debian.");
        // Publishing contacts nothing: what is published runs elsewhere.
        if (setting is not null || builder.ExecutionContext.IsPublishMode)
            return new(setting is not "debian");

        var answers = await RegistryAnswersAsync();
        await Console.Out.WriteLineAsync(answers
            ? $"Images: a registry answers, so the official images are used ({Setting}=debian builds them from Debian's packages instead)."
            : $"Images: no registry answers the container engine within {ProbeTimeout.TotalSeconds:0} s, so images are built from Debian's packages ({Setting}=registry insists on a registry).");
        return new(answers);
    }

    /// <remarks>The engine is asked to ask: it does the pulling, perhaps through mirrors and proxies that only it knows.</remarks>
    private static async Task<bool> RegistryAnswersAsync()
    {
        var host = Environment.GetEnvironmentVariable("DOCKER_HOST") ?? "unix:///var/run/docker.sock";
        using var handler = new SocketsHttpHandler();
        if (Uri.TryCreate(host, UriKind.Absolute, out var address) && address.Scheme == "unix")
        {
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.AbsolutePath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            };
        }

        var engine = address is { Scheme: "tcp" } ? $"http://{address.Authority}" : "http://localhost";
        using var client = new HttpClient(handler) { Timeout = ProbeTimeout };
        try
        {
            using var answer = await client.GetAsync(new Uri($"{engine}/distribution/nginx:stable/json"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
