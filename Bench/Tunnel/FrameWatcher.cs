using System.Buffers;
using System.Net.WebSockets;
using System.Text;

namespace GuacAspire.Bench.Tunnel;

/// <summary>Opens a Guacamole tunnel as a browser does and tells when a whole picture has come.</summary>
internal sealed class FrameWatcher : IAsyncDisposable
{
    // Less is a cursor or a black screen. Blender's window is never so small.
    private const int PictureBytes = 20_000;
    private readonly ClientWebSocket _socket = new();

    public static async Task<FrameWatcher> OpenAsync(Uri portal, string token, string dataSource, string connection, CancellationToken cancellationToken)
    {
        var watcher = new FrameWatcher();
        watcher._socket.Options.AddSubProtocol("guacamole");
        var address = new UriBuilder(portal)
        {
            Scheme = portal.Scheme == "https" ? "wss" : "ws",
            Path = "/guacamole/websocket-tunnel",
            Query = $"token={token}&GUAC_DATA_SOURCE={dataSource}&GUAC_ID={Uri.EscapeDataString(connection)}&GUAC_TYPE=c&GUAC_WIDTH=1280&GUAC_HEIGHT=800&GUAC_DPI=96&GUAC_IMAGE=image/png&GUAC_IMAGE=image/jpeg&GUAC_IMAGE=image/webp",
        };
        await watcher._socket.ConnectAsync(address.Uri, cancellationToken);
        return watcher;
    }

    /// <summary>Waits for the first <c>sync</c> after a picture's worth of image data; answers each <c>sync</c>, as guacd expects.</summary>
    public async Task FirstPictureAsync(CancellationToken cancellationToken)
    {
        var imageBytes = 0;
        await foreach (var message in MessagesAsync(cancellationToken))
        {
            foreach (var instruction in message.Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                if (instruction.StartsWith("4.blob,", StringComparison.Ordinal))
                    imageBytes += instruction.Length;
                if (!instruction.StartsWith("4.sync,", StringComparison.Ordinal))
                    continue;
                await _socket.SendAsync(Encoding.UTF8.GetBytes($"{instruction};"), WebSocketMessageType.Text, true, cancellationToken);
                if (imageBytes >= PictureBytes)
                    return;
            }
        }

        throw new InvalidOperationException($"The tunnel closed before a picture came: {_socket.CloseStatus} {_socket.CloseStatusDescription}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open)
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            try
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, timeout.Token);
            }
            catch (Exception error) when (error is WebSocketException or OperationCanceledException)
            {
                // Closed already, which is what we want.
            }
        }

        _socket.Dispose();
    }

    private async IAsyncEnumerable<string> MessagesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.GetMemory(64 * 1024), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                yield break;
            buffer.Advance(part.Count);
            if (!part.EndOfMessage)
                continue;
            yield return Encoding.UTF8.GetString(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
        }
    }
}
