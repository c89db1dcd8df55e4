using System.Buffers;
using System.Net.Sockets;
using System.Net.WebSockets;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Guacd;
using GuacAspire.Gateway.Telemetry;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>
/// Moves bytes both ways. While nothing is there to read, no buffer is held; while the other side is slow, nothing is read.
/// </summary>
internal sealed class WebSocketRelay(WebSocket client, Tunnel tunnel, GatewayMetrics metrics, TimeProvider time) : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int MaxInstruction = 4 * 1024 * 1024;

    /// <summary>What Tomcat takes by default, in UTF-16 units; guacamole-common-js keeps below it.</summary>
    private const int MaxClientMessage = 8192;

    private readonly SemaphoreSlim _sending = new(1, 1);

    /// <summary>Returns the status to close with when guacd has no more to say.</summary>
    public async Task<GuacamoleStatus> FromGuacdAsync()
    {
        var scanner = new InstructionScanner();
        var guacd = tunnel.Guacd.Stream;
        var held = ArrayPool<byte>.Shared.Rent(BufferSize);
        var used = tunnel.Guacd.Rest.Length;
        tunnel.Guacd.Rest.CopyTo(held);
        var scanned = 0;
        try
        {
            while (true)
            {
                if (!scanner.TryScan(held.AsSpan(scanned, used - scanned), out var complete))
                    return GuacamoleStatus.ServerError;
                complete = complete == 0 ? 0 : scanned + complete;
                if (complete > 0)
                {
                    await SendAsync(held.AsMemory(0, complete));
                    metrics.SentToClient(complete);
                    used -= complete;
                    held.AsSpan(complete, used).CopyTo(held);
                }
                scanned = used;
                if (used == held.Length && !TryGrow(ref held))
                    return GuacamoleStatus.ServerError;

                tunnel.WaitsSince(time.GetTimestamp());
                var isBusy = complete > BufferSize / 4;
                if (used == 0 && !isBusy)
                {
                    ArrayPool<byte>.Shared.Return(held);
                    held = [];
                    _ = await guacd.ReadAsync(Memory<byte>.Empty);
                    held = ArrayPool<byte>.Shared.Rent(BufferSize);
                }
                var read = await guacd.ReadAsync(held.AsMemory(used));
                tunnel.WaitsSince(0);
                if (read == 0)
                    return GuacamoleStatus.Success;
                used += read;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return GuacamoleStatus.Success;
        }
        finally
        {
            tunnel.WaitsSince(0);
            if (held.Length > 0)
                ArrayPool<byte>.Shared.Return(held);
        }
    }

    /// <summary>Returns when the client has closed or broken the connection, or has sent too long a message.</summary>
    public async Task<(WebSocketCloseStatus Code, string Reason)?> FromClientAsync()
    {
        while (true)
        {
            var peek = await client.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
            if (peek.MessageType == WebSocketMessageType.Close)
                return null;
            var buffer = ArrayPool<byte>.Shared.Rent(MaxClientMessage * 3 + 1);
            try
            {
                var (length, type) = await ReceiveAsync(buffer);
                if (type == WebSocketMessageType.Close)
                    return null;
                if (length < 0 || (length > MaxClientMessage && CountUnits(buffer.AsSpan(0, length)) > MaxClientMessage))
                {
                    return (WebSocketCloseStatus.MessageTooBig,
                        "The decoded text message was too big for the output buffer and the endpoint does not support partial messages");
                }
                if (type == WebSocketMessageType.Text)
                    await ForwardAsync(buffer.AsMemory(0, length));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> message)
    {
        await _sending.WaitAsync();
        try
        {
            await client.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    public async Task CloseAsync(WebSocketCloseStatus code, string reason, CancellationToken cancel)
    {
        await _sending.WaitAsync(cancel);
        try
        {
            if (client.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await client.CloseOutputAsync(code, reason, cancel);
        }
        finally
        {
            _sending.Release();
        }
    }

    public void Dispose() => _sending.Dispose();

    /// <summary>Receives one whole message; a negative length says that it does not fit.</summary>
    private async Task<(int Length, WebSocketMessageType Type)> ReceiveAsync(byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var result = await client.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            length += result.Count;
            if (result.MessageType == WebSocketMessageType.Close || result.EndOfMessage)
                return (length, result.MessageType);
            if (length == buffer.Length)
                return (-1, result.MessageType);
        }
    }

    private async Task ForwardAsync(ReadOnlyMemory<byte> message)
    {
        var position = 0;
        while (position < message.Length)
        {
            if (!Next(message.Span[position..], out var length, out var isInternal))
                return;
            var part = message.Slice(position, length);
            position += length;
            if (isInternal)
                await AnswerAsync(part);
            else
                await WriteAsync(part);
        }
    }

    private static bool Next(ReadOnlySpan<byte> message, out int length, out bool isInternal)
    {
        var reader = new ClientMessage(message);
        var found = reader.TryNext(out var range, out isInternal);
        length = range.End.Value;
        return found;
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> part)
    {
        try
        {
            await tunnel.Guacd.Stream.WriteAsync(part);
            metrics.SentToGuacd(part.Length);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // guacd has gone; the other way of the relay says so to the client.
        }
    }

    private Task AnswerAsync(ReadOnlyMemory<byte> instruction)
    {
        var parsed = Instruction.Parse(instruction.Span);
        return parsed.Arguments is ["ping", _, ..] ? SendAsync(Instruction.ToBytes("", "ping", parsed.Arguments[1])) : Task.CompletedTask;
    }

    private static bool TryGrow(ref byte[] buffer)
    {
        if (buffer.Length >= MaxInstruction)
            return false;
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        return true;
    }

    private static int CountUnits(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetCharCount(utf8);
}
