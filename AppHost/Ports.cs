using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace AppHost;

/// <summary>The ports of this machine that the application listens on.</summary>
internal static class Ports
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // Where Aspire is told the addresses of its own services.
    private static readonly string[] DashboardAddresses =
        ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];

    // Held for as long as this process lives, and let go by the system whatever ends it.
    private static readonly List<FileStream> Claims = [];

    /// <summary>
    /// Takes other ports for the dashboard where another clone has those of the launch profile, or is about to listen there: its address is
    /// printed anyway. To be called before the builder reads them.
    /// </summary>
    public static void AvoidTaken()
    {
        foreach (var name in DashboardAddresses)
        {
            if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 } addresses)
                continue;
            Environment.SetEnvironmentVariable(name, string.Join(';', addresses.Split(';').Select(address =>
                Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Port > 0 && !(IsFree(uri.Port) && TryClaim(uri.Port))
                    ? new UriBuilder(uri) { Port = AnyFree() }.Uri.GetLeftPart(UriPartial.Authority)
                    : address)));
        }
    }

    /// <summary>
    /// Has the orchestrator choose the ports of services that only this application calls, so that two clones never meet. To be called when
    /// all resources have been added.
    /// </summary>
    public static void UseAnyForServices(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsRunMode)
            return;
        foreach (var endpoint in builder.Resources.OfType<ProjectResource>().SelectMany(project => project.Annotations.OfType<EndpointAnnotation>()))
        {
            if (!endpoint.IsExternal)
                endpoint.Port = null;
        }
    }

    /// <summary>
    /// Refuses to start where a port that people know stays taken, and says which. What a run that was killed has left takes its time to end,
    /// and whoever starts again at once waits for that.
    /// </summary>
    /// <exception cref="DistributedApplicationException">One is taken.</exception>
    public static async Task DemandFreeAsync(DistributedApplicationModel model, IConfiguration configuration)
    {
        var taken = Fixed(model, configuration).Where(one => !IsFree(one.Port)).ToArray();
        if (taken.Length == 0)
            return;
        Console.WriteLine(
            $"Port {taken[0].Port} is taken; waiting for {Patience.TotalSeconds:0} s, in case it is a run before this one that is about to end…");
        await AwaitFreeAsync(model, configuration);
        foreach (var (name, port) in taken)
        {
            if (!IsFree(port))
            {
                throw new DistributedApplicationException(
                    $"Port {port}, on which {name} is to listen, is taken by another program. End that one (ss -ltnp 'sport = :{port}' names it), "
                    + "or choose another port: ./run --Portal:Port=8090");
            }
        }
    }

    /// <summary>Waits until those ports are free again, which are closed a moment after everything has ended.</summary>
    public static async Task AwaitFreeAsync(DistributedApplicationModel model, IConfiguration configuration)
    {
        using var patience = new CancellationTokenSource(Patience);
        foreach (var (_, port) in Fixed(model, configuration))
        {
            while (!IsFree(port) && !patience.IsCancellationRequested)
                await Task.Delay(Interval, CancellationToken.None);
        }
    }

    private static IEnumerable<(string Name, int Port)> Fixed(DistributedApplicationModel model, IConfiguration configuration) =>
        IsRandom(configuration)
            ? []
            : from resource in model.Resources.OfType<ContainerResource>()
              from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
              where endpoint.Port is not null
              select (resource.Name, endpoint.Port!.Value);

    private static bool IsRandom(IConfiguration configuration) => configuration.GetValue("DcpPublisher:RandomizePorts", false);

    private static bool IsFree(int port) => CanListen(IPAddress.Loopback, port) && CanListen(IPAddress.IPv6Loopback, port);

    private static bool CanListen(IPAddress address, int port)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
            return true;
        try
        {
            // As servers do: connections that were closed a moment ago do not count.
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return true;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
    }

    /// <summary>Says that the port is ours, which nobody can see before something listens there: the dashboard begins seconds later.</summary>
    private static bool TryClaim(int port)
    {
        try
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"guacaspire-port-{port}.lock");
            Claims.Add(new FileStream(Path.Combine(Path.GetTempPath(), name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            return true;
        }
        catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static int AnyFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
