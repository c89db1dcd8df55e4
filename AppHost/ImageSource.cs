using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace AppHost;

/// <summary>Where images come from: a registry, or Debian's packages on a machine that has none.</summary>
internal sealed record ImageSource(bool IsRegistry)
{
    private const string Setting = "Images:Source";
    private const string Registry = "registry";
    private const string Debian = "debian";
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Gets the Guacamole server that this source can provide without being told.</summary>
    public string GuacamoleServer => IsRegistry ? "apache" : "gateway";

    /// <summary>
    /// Takes the setting's word, otherwise that of the start before; the first asks the engine once whether a registry answers it. Says which
    /// it is.
    /// </summary>
    /// <remarks>
    /// Kept, since a registry that is out of reach for a day, or refuses whoever asked too often, must neither have everything built anew nor
    /// put another server on the database's volume, which it may not understand.
    /// </remarks>
    public static async Task<ImageSource> ChooseAsync(IDistributedApplicationBuilder builder)
    {
        var setting = builder.Configuration[Setting];
        if (setting is not (null or Registry or Debian))
            throw new DistributedApplicationException($"{Setting} is '{setting}'; it must be {Registry} or {Debian}.");
        // Publishing contacts nothing: what is published runs elsewhere.
        if (builder.ExecutionContext.IsPublishMode)
            return new(setting is not Debian);

        // The database's volume is this folder's as well.
        var memory = $"Images:Used:{builder.Configuration["AppHost:PathSha256"]?[..10].ToLowerInvariant()}";
        var before = builder.Configuration[memory];
        var source = setting ?? before ?? (await RegistryAnswersAsync() ? Registry : Debian);
        if (setting is null)
            await Console.Out.WriteLineAsync(Describe(source, isKept: before is not null));
        // Tests have volumes of their own.
        if (source != before && !builder.Configuration.GetValue("DcpPublisher:RandomizePorts", false))
        {
#pragma warning disable ASPIREUSERSECRETS001 // Aspire keeps its parameters so; if it goes, each start asks as the first does.
            builder.UserSecretsManager.TrySetSecret(memory, source);
#pragma warning restore ASPIREUSERSECRETS001
        }

        return new(source is Registry);
    }

    private static string Describe(string source, bool isKept) => (source, isKept) switch
    {
        (Registry, true) => $"Images: the official ones, as before ({Setting}={Debian} builds them from Debian's packages instead).",
        (_, true) => $"Images: built from Debian's packages, as before ({Setting}={Registry} takes the official ones).",
        (Registry, false) => $"Images: a registry answers, so the official images are used ({Setting}={Debian} builds them from Debian's packages instead).",
        _ => $"Images: no registry answers the container engine within {ProbeTimeout.TotalSeconds:0} s, so images are built from Debian's packages ({Setting}={Registry} insists on a registry).",
    };

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
