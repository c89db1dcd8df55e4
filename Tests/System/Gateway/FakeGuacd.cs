using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GuacAspire.Tests.EndToEnd.Clients;

namespace GuacAspire.Tests.EndToEnd.Gateway;

/// <summary>Shakes hands as guacd does, notes what it was asked for, and says once that a picture is complete.</summary>
internal sealed class FakeGuacd : IDisposable
{
    private static readonly string[] Arguments = ["VERSION_1_5_0", "hostname", "port", "password", "read-only"];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<(string Id, string Select, string[] Connect)> _connections = new();

    public FakeGuacd()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What was selected and with which arguments, in order.</summary>
    public IReadOnlyCollection<(string Id, string Select, string[] Connect)> Connections => _connections;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var select = await ReadUntilAsync(stream, "select");
                await SendAsync(stream, ["args", .. Arguments]);
                var connect = await ReadUntilAsync(stream, "connect");
                var id = $"${Guid.NewGuid()}";
                _connections.Enqueue((id, select[1], connect[1..]));
                await SendAsync(stream, "ready", id);
                await SendAsync(stream, "sync", "1");
                var rest = new byte[4096];
                while (await stream.ReadAsync(rest) > 0)
                {
                    // Whatever the client has to say.
                }
            }
            catch (IOException)
            {
                // The Gateway has gone.
            }
        }
    }

    private static async Task<string[]> ReadUntilAsync(NetworkStream stream, string opcode)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await stream.ReadExactlyAsync(one);
            text.Append((char)one[0]);
            if (one[0] != ';')
                continue;
            var instruction = Instructions.Parse(text.ToString()).Single();
            if (instruction[0] == opcode)
                return instruction;
            text.Clear();
        }
    }

    private static async Task SendAsync(NetworkStream stream, params string[] elements) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(Instructions.Format(elements)));
}
