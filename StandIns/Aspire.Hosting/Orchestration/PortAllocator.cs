using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration;

/// <summary>Finds ports that nobody uses, and gives none twice.</summary>
internal sealed class PortAllocator
{
    private const int First = 20_000;

    private readonly HashSet<int> _given = [];
    private readonly int _last = EphemeralStart() - 1;

    public static bool IsFree(int port, IPAddress? address = null)
    {
        try
        {
            using var listener = new TcpListener(address ?? IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Below the range from which outgoing connections take theirs: a port may lie unused for a minute until its service comes up.
    public int Next()
    {
        lock (_given)
        {
            for (var attempt = 0; attempt < 1_000 && _last > First; attempt++)
            {
                var port = Random.Shared.Next(First, _last);
                if (!_given.Contains(port) && IsFree(port) && _given.Add(port)) return port;
            }

            while (true)
            {
                using var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                var port = ((IPEndPoint)listener.LocalEndpoint).Port;
                if (_given.Add(port)) return port;
            }
        }
    }

    public void Take(int port, string resource)
    {
        lock (_given)
        {
            if (!_given.Add(port))
                throw new OrchestrationException(
                    $"Port {port} is asked for twice, the second time by '{resource}'; give one of them another port.");
        }

        if (!IsFree(port))
            throw new OrchestrationException(
                $"Port {port}, which '{resource}' needs, is taken by another program; end that program or choose another port.");
    }

    private static int EphemeralStart()
    {
        const string Path = "/proc/sys/net/ipv4/ip_local_port_range";
        return File.Exists(Path) && int.TryParse(File.ReadAllText(Path).Split('\t', ' ')[0], out var first) ? first : 32_768;
    }
}
