using System.Buffers.Binary;
using System.Text;

namespace GuacAspire.Bench.Tunnel;

/// <summary>Speaks WebSocket as far as counting needs it: frames' headers are read, their content is not.</summary>
internal sealed class WebSocketTunnelClient : TunnelClient
{
    private const int Close = 8;
    private readonly byte[] _header = new byte[10];
    private int _headerBytes;
    private long _left;
    private long? _greeting;
    private bool _isClosed;

    /// <summary>Returns when the tunnel's first message, its UUID, has come.</summary>
    public WebSocketTunnelClient(int port, string path, bool isCompressed = false)
        : base(port)
    {
        var compression = isCompressed ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
        SendAll(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
            $"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: guacamole\r\n{compression}\r\n"));
        var used = 0;
        int end;
        while ((end = Buffer.AsSpan(0, used).IndexOf("\r\n\r\n"u8)) < 0)
            used += Receive(used) is var read and > 0 ? read : throw new InvalidOperationException("There is no tunnel.");
        if (!Buffer.AsSpan(0, end).StartsWith("HTTP/1.1 101"u8))
            throw new InvalidOperationException(Encoding.ASCII.GetString(Buffer, 0, end));
        var payload = Count(end + 4, used);
        while (_greeting is null)
            payload += Read() is var read and >= 0 ? read : throw new InvalidOperationException("The tunnel was refused.");
        Keep(payload);
        ReadExactly((int)_greeting);
    }

    protected override int Read()
    {
        if (_isClosed)
            return -1;
        var read = Receive();
        return read > 0 ? Count(0, read) : -1;
    }

    /// <summary>Sends a short instruction, masked with zeros.</summary>
    public override void Send(ReadOnlySpan<byte> instruction)
    {
        Span<byte> frame = stackalloc byte[6 + instruction.Length];
        frame.Clear();
        frame[0] = 0x81;
        frame[1] = (byte)(0x80 | instruction.Length);
        instruction.CopyTo(frame[6..]);
        SendAll(frame);
    }

    private int Count(int from, int to)
    {
        var payload = 0;
        while (from < to)
        {
            if (_left == 0)
            {
                _header[_headerBytes++] = Buffer[from++];
                if (_headerBytes < HeaderLength())
                    continue;
                if ((_header[0] & 0x0F) == Close)
                {
                    _isClosed = true;
                    return payload;
                }

                _left = PayloadLength();
                _greeting ??= _left;
                _headerBytes = 0;
                continue;
            }

            var here = (int)Math.Min(_left, to - from);
            _left -= here;
            from += here;
            payload += here;
        }

        return payload;
    }

    private int HeaderLength() => _headerBytes < 2 ? 2 : _header[1] switch { 126 => 4, 127 => 10, _ => 2 };

    private long PayloadLength() => _header[1] switch
    {
        126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
        127 => BinaryPrimitives.ReadInt64BigEndian(_header.AsSpan(2)),
        var length => length,
    };
}
