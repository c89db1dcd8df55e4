using System.Buffers;
using System.Net.Sockets;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>
/// Reads stretches of whole instructions from guacd. While there is nothing to read and nothing kept, no buffer is held.
/// </summary>
internal sealed class GuacdReader : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int MaxInstruction = 4 * 1024 * 1024;

    private readonly Tunnel _tunnel;
    private readonly TimeProvider _time;
    private readonly Stream _guacd;
    private InstructionScanner _scanner = new();
    private byte[] _held = [];
    private int _used;
    private int _scanned;
    private int _handedOut;
    private bool _isDrained = true;

    public GuacdReader(Tunnel tunnel, TimeProvider time)
    {
        _tunnel = tunnel;
        _time = time;
        _guacd = tunnel.Guacd.Stream;
        // What came together with the end of the handshake.
        var rest = tunnel.Guacd.TakeRest();
        if (rest.IsEmpty)
            return;
        _held = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, rest.Length));
        _used = rest.Length;
        rest.CopyTo(_held);
    }

    /// <summary>The next stretch, valid until the next call; empty once guacd has ended the connection.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync()
    {
        DropHandedOut();
        while (true)
        {
            if (!_scanner.TryScan(_held.AsSpan(_scanned, _used - _scanned), out var complete))
                throw GuacamoleException.Of(GuacamoleStatus.ServerError, "guacd sent what is not Guacamole's protocol.");
            if (complete > 0)
            {
                _handedOut = _scanned + complete;
                _scanned = _used;
                return _held.AsMemory(0, _handedOut);
            }
            _scanned = _used;
            if (!await FillAsync())
                return ReadOnlyMemory<byte>.Empty;
        }
    }

    public void Dispose() => Release();

    /// <summary>Reads what is there into the buffer; false at the end.</summary>
    private async ValueTask<bool> FillAsync()
    {
        if (_held.Length > 0 && _used == _held.Length)
            Grow();
        _tunnel.WaitsSince(_time.GetTimestamp());
        try
        {
            // Nobody knows how long it takes until there is more: many tunnels wait, few receive.
            if (_used == 0 && _isDrained)
            {
                Release();
                _ = await _guacd.ReadAsync(Memory<byte>.Empty);
            }
            if (_held.Length == 0)
                _held = ArrayPool<byte>.Shared.Rent(BufferSize);
            var read = await _guacd.ReadAsync(_held.AsMemory(_used));
            _used += read;
            _isDrained = _used < _held.Length;
            return read > 0;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            _tunnel.WaitsSince(0);
        }
    }

    private void DropHandedOut()
    {
        if (_handedOut == 0)
            return;
        _used -= _handedOut;
        _scanned -= _handedOut;
        _held.AsSpan(_handedOut, _used).CopyTo(_held);
        _handedOut = 0;
    }

    private void Grow()
    {
        if (_held.Length >= MaxInstruction)
            throw GuacamoleException.Of(GuacamoleStatus.ServerError, "guacd sent an instruction that is too long.");
        var larger = ArrayPool<byte>.Shared.Rent(_held.Length * 2);
        _held.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_held);
        _held = larger;
    }

    private void Release()
    {
        if (_held.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_held);
        _held = [];
    }
}
