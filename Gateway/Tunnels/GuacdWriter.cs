using GuacAspire.Gateway.Telemetry;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>Writes a client's messages to guacd, without what is between client and tunnel alone.</summary>
internal sealed class GuacdWriter(Tunnel tunnel, GatewayMetrics metrics)
{
    public async Task WriteAsync(ReadOnlyMemory<byte> message, Func<ReadOnlyMemory<byte>, Task> onInternal)
    {
        for (var position = 0; TryNext(message.Span[position..], out var length, out var isInternal);)
        {
            var part = message.Slice(position, length);
            position += length;
            if (isInternal)
                await onInternal(part);
            else
                await ForwardAsync(part);
        }
    }

    private static bool TryNext(ReadOnlySpan<byte> message, out int length, out bool isInternal)
    {
        var found = new ClientMessage(message).TryNext(out var range, out isInternal);
        length = range.End.Value;
        return found;
    }

    private async Task ForwardAsync(ReadOnlyMemory<byte> part)
    {
        await tunnel.Guacd.SendAsync(part);
        metrics.SentToGuacd(part.Length);
    }
}
