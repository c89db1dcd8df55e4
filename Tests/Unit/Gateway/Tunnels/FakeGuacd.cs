using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GuacAspire.Tests.Unit.Gateway.Tunnels;

/// <summary>Shakes hands like guacd; what comes after <c>ready</c> is the test's.</summary>
internal sealed class FakeGuacd : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public FakeGuacd() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async Task<NetworkStream> AcceptAsync(CancellationToken cancel, string args = "4.args,13.VERSION_1_5_0,8.hostname;")
    {
        var socket = await _listener.AcceptSocketAsync(cancel);
        socket.NoDelay = true;
        var stream = new NetworkStream(socket, ownsSocket: true);
        await ReadUntilAsync(stream, "select", cancel);
        await WriteAsync(stream, args);
        await ReadUntilAsync(stream, "connect", cancel);
        await WriteAsync(stream, "5.ready,4.$abc;");
        return stream;
    }

    public static Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    /// <summary>Reads up to the end of the instruction with this opcode and returns everything read.</summary>
    public static async Task<string> ReadUntilAsync(Stream stream, string opcode, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            if (text.ToString().Contains($".{opcode}", StringComparison.Ordinal) && text[^1] == ';')
                return text.ToString();
            var read = await stream.ReadAsync(buffer, cancel);
            if (read == 0)
                throw new EndOfStreamException($"The Gateway went before \"{opcode}\": {text}");
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
    }

    public void Dispose() => _listener.Dispose();
}
