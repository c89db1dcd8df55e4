using GuacAspire.Gateway.Telemetry;

namespace GuacAspire.Gateway.Tunnels;

/// <summary>A tunnel whose client comes and goes with requests: each read takes over from the one before.</summary>
internal sealed class HttpTunnel(string token, Tunnel tunnel, TunnelSpan span, GatewayMetrics metrics, TimeProvider time) : IDisposable
{
    private static readonly ReadOnlyMemory<byte> End = "0.;"u8.ToArray();

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly GuacdReader _reader = new(tunnel, time);
    private readonly GuacdWriter _writer = new(tunnel, metrics);
    private long _lastUse = time.GetTimestamp();
    private int _readers;

    public string Token { get; } = token;

    public Tunnel Tunnel { get; } = tunnel;

    /// <summary>Whether guacd has ended the connection.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether no client has asked for anything for so long that none will.</summary>
    public bool IsAbandoned(TimeSpan patience) =>
        Volatile.Read(ref _readers) == 0 && time.GetElapsedTime(Volatile.Read(ref _lastUse)) > patience;

    public async Task ReadAsync(Stream output, CancellationToken cancel)
    {
        Interlocked.Increment(ref _readers);
        try
        {
            await _reading.WaitAsync(cancel);
            try
            {
                // One who waits for us gets its turn after the next message. Whether there is one is looked up before the client can
                // have seen this message: who asks in answer to it always comes in after the next, whatever the threads do.
                bool alone;
                do
                {
                    var instructions = await _reader.ReadAsync();
                    if (instructions.IsEmpty)
                    {
                        IsOver = true;
                        break;
                    }
                    span.Watch(instructions.Span);
                    if (Tunnel.Streams.IsActive)
                        instructions = await Tunnel.Streams.FilterAsync(instructions);
                    alone = Volatile.Read(ref _readers) == 1;
                    await output.WriteAsync(instructions, cancel);
                    await output.FlushAsync(cancel);
                    metrics.SentToClient(instructions.Length);
                }
                while (alone);
                await output.WriteAsync(End, cancel);
            }
            finally
            {
                _reading.Release();
            }
        }
        finally
        {
            Volatile.Write(ref _lastUse, time.GetTimestamp());
            Interlocked.Decrement(ref _readers);
        }
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> message)
    {
        await _writing.WaitAsync();
        try
        {
            Volatile.Write(ref _lastUse, time.GetTimestamp());
            // Pings are a matter of WebSockets; this way has none.
            await _writer.WriteAsync(message, static _ => Task.CompletedTask);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the tunnel's span; reads may still be under way.</summary>
    public void EndSpan()
    {
        span.Closed(Tunnel.Closing.IsCompletedSuccessfully ? Tunnel.Closing.Result : null);
        span.Dispose();
    }

    public void Dispose()
    {
        _reader.Dispose();
        _reading.Dispose();
        _writing.Dispose();
    }
}
