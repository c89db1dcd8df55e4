using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Clients;

/// <summary>A tunnel as a browser opens it: a WebSocket, and nothing but the ticket to be let in by.</summary>
internal sealed class Tunnel : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Queue<string[]> _unread = new();

    private Tunnel() => _socket.Options.AddSubProtocol("guacamole");

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    public static async Task<Tunnel> OpenAsync(RunningSystem system, Ticket ticket, string? connection = null, string? traceparent = null)
    {
        var tunnel = new Tunnel();
        var address = new UriBuilder(system.Address)
        {
            Scheme = "ws",
            Path = ticket.Tunnel,
            Query = string.Create(
                CultureInfo.InvariantCulture,
                $"token={ticket.Token}&GUAC_DATA_SOURCE={ticket.DataSource}&GUAC_ID={connection ?? ticket.Connection}&GUAC_TYPE={ticket.Type}&GUAC_WIDTH=1280&GUAC_HEIGHT=800&GUAC_DPI=96&GUAC_IMAGE=image/png&GUAC_IMAGE=image/jpeg")
                + (traceparent is null ? "" : $"&traceparent={traceparent}"),
        };
        await tunnel._socket.ConnectAsync(address.Uri, TestContext.Current.CancellationToken);
        return tunnel;
    }

    /// <summary>Opens a tunnel at any server.</summary>
    public static async Task<Tunnel> OpenAsync(
        Uri guacamole, string token, string dataSource, string connection, string? traceparent = null, string type = "c")
    {
        var tunnel = new Tunnel();
        var address = new UriBuilder(new Uri(guacamole, "websocket-tunnel"))
        {
            Scheme = "ws",
            Query = $"token={token}&GUAC_DATA_SOURCE={dataSource}&GUAC_ID={Uri.EscapeDataString(connection)}&GUAC_TYPE={type}"
                + (traceparent is null ? "" : $"&traceparent={traceparent}"),
        };
        await tunnel._socket.ConnectAsync(address.Uri, TestContext.Current.CancellationToken);
        return tunnel;
    }

    /// <summary>Reads whole messages and gives their instructions, until the other side closes.</summary>
    public async IAsyncEnumerable<string[]> ReadAsync(TimeSpan? within = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(within ?? AtMost.Seconds(60));
        using var message = new MemoryStream();
        // What a reader who had found what it sought left of a message: a sync among it must be answered too, or guacd gives up.
        while (_unread.TryDequeue(out var instruction))
            yield return instruction;
        while (_socket.State == WebSocketState.Open)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(), patience.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                yield break;
            message.Write(_buffer, 0, part.Count);
            if (!part.EndOfMessage)
                continue;
            foreach (var instruction in Instructions.Parse(Encoding.UTF8.GetString(message.ToArray())))
                _unread.Enqueue(instruction);
            message.SetLength(0);
            while (_unread.TryDequeue(out var instruction))
                yield return instruction;
        }
    }

    /// <summary>Reads until an instruction with this opcode has come, answering what must be answered on the way.</summary>
    public async Task<string[]> ReadUntilAsync(string opcode)
    {
        var seen = new List<string>();
        await foreach (var instruction in ReadAsync())
        {
            if (instruction[0] == opcode)
                return instruction;
            seen.Add(instruction[0]);
            if (instruction[0] == "sync")
                await SendAsync("sync", instruction[1]);
        }

        throw new InvalidOperationException(
            $"The tunnel closed ({CloseStatus}, reason '{CloseReason}') before '{opcode}' came. Seen: {string.Join(' ', seen.TakeLast(20))}");
    }

    public Task SendAsync(params string[] elements) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(Instructions.Format(elements)), WebSocketMessageType.Text, endOfMessage: true,
            TestContext.Current.CancellationToken);

    /// <summary>Leaves without a word, as a browser does whose machine sleeps.</summary>
    public void Abort() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(AtMost.Seconds(5));
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            // It is closed either way.
        }

        _socket.Dispose();
    }
}
