using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Guacd;
using GuacAspire.Gateway.Telemetry;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>Moves messages both ways; while the receiver is slow, nothing more is read from the sender.</summary>
internal sealed class WebSocketRelay(
    WebSocket client, Tunnel tunnel, TunnelSpan span, GatewayMetrics metrics, TimeProvider time) : IDisposable
{
    /// <summary>What Tomcat takes by default, in UTF-16 units; guacamole-common-js keeps below it.</summary>
    private const int MaxClientMessage = 8192;

    private const string TooBig =
        "The decoded text message was too big for the output buffer and the endpoint does not support partial messages";

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly GuacdWriter _writer = new(tunnel, metrics);
    private readonly TaskCompletionSource<string> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    /// <summary>Completes with the reason when the client has sent what no client may send.</summary>
    public Task<string> Refused => _refused.Task;

    /// <summary>Returns the status to close with when guacd has no more to say.</summary>
    public async Task<GuacamoleStatus> FromGuacdAsync()
    {
        using var reader = new GuacdReader(tunnel, time);
        try
        {
            while (await reader.ReadAsync() is { Length: > 0 } instructions)
            {
                span.Watch(instructions.Span);
                var seen = tunnel.Streams.IsActive ? await tunnel.Streams.FilterAsync(instructions) : instructions;
                if (!seen.IsEmpty)
                    await SendAsync(seen);
                metrics.SentToClient(instructions.Length);
            }
            return GuacamoleStatus.Success;
        }
        catch (GuacamoleException e)
        {
            return e.TunnelStatus;
        }
    }

    /// <summary>
    /// Returns when the client has closed the connection. Once this side has closed, what still comes is read and dropped: a socket
    /// that is closed with unread bytes in it is reset, and the reset destroys what is on its way to the client.
    /// </summary>
    public async Task FromClientAsync()
    {
        var turn = new Turn();
        while (true)
        {
            var next = client.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
            if (turn.IsOver(hadToWait: !next.IsCompleted))
                await Task.Yield();
            if ((await next).MessageType == WebSocketMessageType.Close)
                return;
            var buffer = ArrayPool<byte>.Shared.Rent((MaxClientMessage * 3) + 1);
            try
            {
                var (length, type) = await ReceiveAsync(buffer);
                if (type == WebSocketMessageType.Close)
                    return;
                if (_closed || _refused.Task.IsCompleted)
                    continue;
                if (length < 0 || (length > MaxClientMessage && Encoding.UTF8.GetCharCount(buffer, 0, length) > MaxClientMessage))
                    _refused.TrySetResult(TooBig);
                else if (type == WebSocketMessageType.Text)
                    await _writer.WriteAsync(buffer.AsMemory(0, length), AnswerAsync);
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
            // What either way still has at hand when the connection is closed is no fault.
            if (_closed)
                return;
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
            _closed = true;
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

    private Task AnswerAsync(ReadOnlyMemory<byte> instruction)
    {
        var parsed = Instruction.Parse(instruction.Span);
        return parsed.Arguments is ["ping", _, ..] ? SendAsync(Instruction.ToBytes("", "ping", parsed.Arguments[1])) : Task.CompletedTask;
    }
}
