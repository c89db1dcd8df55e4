using System.Net.Sockets;

namespace GuacAspire.Bench.Tunnel;

/// <summary>A client that counts what it gets and does nothing else, on a blocking socket: the same for every relay.</summary>
internal abstract class TunnelClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    // What has come with something that was waited for.
    private int _surplus;

    protected TunnelClient(int port) => _socket.Connect("127.0.0.1", port);

    /// <summary>Reads some bytes and says how many of them guacd has sent; less than 0 at the end.</summary>
    protected abstract int Read();

    public abstract void Send(ReadOnlySpan<byte> instruction);

    public long ReadToEnd()
    {
        var total = (long)_surplus;
        while (Read() is var read and >= 0)
            total += read;
        return total;
    }

    public void ReadExactly(int bytes)
    {
        while (_surplus < bytes)
            _surplus += Read() is var read and >= 0 ? read : throw new InvalidOperationException("The tunnel has ended too early.");
        _surplus -= bytes;
    }

    public void Dispose() => _socket.Dispose();

    protected byte[] Buffer { get; } = new byte[256 * 1024];

    /// <summary>Counts what was read in another way.</summary>
    protected void Keep(int bytes) => _surplus += bytes;

    protected int Receive(int at = 0)
    {
        try
        {
            return _socket.Receive(Buffer.AsSpan(at));
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    protected void SendAll(ReadOnlySpan<byte> bytes) => _socket.Send(bytes);
}

/// <summary>Speaks to guacd itself, through a relay that knows nothing but bytes.</summary>
internal sealed class RawClient : TunnelClient
{
    public RawClient(int port)
        : base(port)
    {
        SendAll("6.select,3.vnc;"u8);
        Receive();
        SendAll("4.size,4.1280,3.800,2.96;5.audio;5.video;5.image;7.connect,13.VERSION_1_5_0,0.,0.,0.;"u8);
        ReadExactly("5.ready,37.$260d01da-779b-4ee9-afc1-c16bae885cc7;".Length);
    }

    protected override int Read() => Receive() is var read and > 0 ? read : -1;

    public override void Send(ReadOnlySpan<byte> instruction) => SendAll(instruction);
}
