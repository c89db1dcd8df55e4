using System.Buffers;
using System.Net.Sockets;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>
/// Reads stretches of whole instructions from guacd. While there is nothing to read and nothing kept, only a small buffer is held: many
/// tunnels wait, few receive. (A read into no buffer at all would not always hear of a guacd that is gone while the client talks to it.)
/// </summary>
internal sealed class GuacdReader : IDisposable
{
    // What a WebSocket puts before a message shares a buffer of 64 KiB with it; the next larger ones are no longer small objects.
    private const int FrameHeader = 16;
    private const int BufferSize = (64 * 1024) - FrameHeader;
    private const int IdleSize = 1024;
    private const int MaxInstruction = 4 * 1024 * 1024;

    private readonly Tunnel _tunnel;
    private readonly TimeProvider _time;
    private readonly Stream _guacd;
    private readonly byte[] _idle = new byte[IdleSize];
    private InstructionScanner _scanner = new();
    private Turn _turn;
    private byte[] _held;
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
        _held = rest.Length <= IdleSize ? _idle : ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, rest.Length + FrameHeader));
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
        if (_used == Capacity || (_held == _idle && !_isDrained))
            Grow();
        else if (_used == 0 && _isDrained)
            Release();
        _tunnel.WaitsSince(_time.GetTimestamp());
        try
        {
            var reading = _guacd.ReadAsync(_held.AsMemory(_used, Capacity - _used));
            if (_turn.IsOver(hadToWait: !reading.IsCompleted))
                await Task.Yield();
            var read = await reading;
            // What guacd answers to the end itself is for nobody.
            if (_tunnel.Closing.IsCompleted)
                return false;
            _used += read;
            _isDrained = _used < Capacity;
            if (_held == _idle && !_isDrained && _tunnel.Guacd.HasMore)
            {
                // What arrived together leaves together: a message of its own for the small buffer would cost as much as the rest.
                Grow();
                read = await _guacd.ReadAsync(_held.AsMemory(_used, Capacity - _used));
                _used += read;
                _isDrained = _used < Capacity;
            }
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

    private int Capacity => _held == _idle ? IdleSize : _held.Length - FrameHeader;

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
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, Capacity * 2));
        _held.AsSpan(0, _used).CopyTo(larger);
        Release();
        _held = larger;
    }

    private void Release()
    {
        if (_held != _idle)
            ArrayPool<byte>.Shared.Return(_held);
        _held = _idle;
    }
}
