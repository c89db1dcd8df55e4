using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>Does in a WebSocket what the recorded client did, and notes what comes, frame by frame.</summary>
internal sealed class TunnelReplay : IAsyncDisposable
{
    private static TimeSpan Patience => AtMost.Seconds(25);

    private readonly ClientWebSocket _socket = new();
    private readonly Channel<string> _arrivals = Channel.CreateUnbounded<string>();
    private readonly List<string> _actual = [];
    private readonly RecordedSession _recorded;
    private Task _receiving = Task.CompletedTask;
    private readonly bool _isReal;
    private int _next;

    private TunnelReplay(RecordedSession recorded, bool isReal) => (_recorded, _isReal) = (recorded, isReal);

    public string Name => _recorded.Name;

    public string Uuid { get; private set; } = "";

    public IReadOnlyList<string> Expected => Seen(_recorded.Events.SelectMany(Words));

    public IReadOnlyList<string> Actual => Seen(_actual);

    /// <summary>What guacd drew in the session, with arguments that mean nothing.</summary>
    public static string Drawing(RecordedSession recorded) => string.Concat(
        recorded.Events.Where(IsDrawing).SelectMany(Opcodes).Where(opcode => opcode != "disconnect")
            .Select(opcode => Instructions.Format(opcode, "1", "2")));

    public static async Task<TunnelReplay> OpenAsync(
        Uri address, RecordedSession recorded, Variables variables, Action<ClientWebSocketOptions>? configure = null, bool isReal = false)
    {
        var replay = new TunnelReplay(recorded, isReal);
        foreach (var subprotocol in recorded.Subprotocols)
            replay._socket.Options.AddSubProtocol(subprotocol);
        replay._socket.Options.CollectHttpResponseDetails = true;
        configure?.Invoke(replay._socket.Options);
        var query = recorded.Parameters.Select(pair => $"{pair.Name}={Uri.EscapeDataString(variables.Fill(pair.Value))}");
        var target = new UriBuilder(address) { Scheme = "ws", Path = "/guacamole/websocket-tunnel", Query = string.Join('&', query) };
        await replay._socket.ConnectAsync(target.Uri, TestContext.Current.CancellationToken);
        replay._socket.HttpResponseHeaders!.TryGetValue("Sec-WebSocket-Extensions", out var extensions);
        await replay._arrivals.Writer.WriteAsync($"open {replay._socket.SubProtocol} {extensions?.FirstOrDefault()?.Split(';')[0]}");
        replay._receiving = replay.ReceiveAsync();
        return replay;
    }

    /// <summary>Does what the recorded client did until then, and waits for what it received.</summary>
    public async Task<TunnelReplay> UntilAsync(int milliseconds)
    {
        foreach (var item in _recorded.Events.Skip(_next).TakeWhile(item => Word(item, "ev") != "close" && Time(item) <= milliseconds))
        {
            _next++;
            await SendAsync(item);
            if (_isReal)
                await ReachAsync(item);
            else
                await ReceiveAsync(Words(item).Count());
        }

        return this;
    }

    public Task SendAsync(string instructions) => _socket.SendAsync(
        Encoding.UTF8.GetBytes(instructions), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    /// <summary>Does the rest, and closes if the recorded client did; takes whatever else comes.</summary>
    public async Task FinishAsync()
    {
        await UntilAsync(int.MaxValue);
        // A server that closes gives a reason.
        var closing = _recorded.Events.Single(item => Word(item, "ev") == "close");
        if (Word(closing, "reason").Length == 0 && _socket.State == WebSocketState.Open)
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken);
        while (await NextAsync())
        {
            // Until there is nothing more.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _receiving;
        _socket.Dispose();
    }

    private async Task ReceiveAsync(int words)
    {
        while (words-- > 0)
            await NextAsync();
    }

    /// <summary>Another guacd and another desktop draw other things, but they draw, and they do not speak in the server's place.</summary>
    private async Task ReachAsync(JsonObject item)
    {
        if (IsDrawing(item) && !_actual.Contains("sync"))
        {
            while (_actual[^1] != "sync" && await NextAsync())
            {
                // Up to the end of the first picture.
            }
        }

        foreach (var _ in Words(item).Where(word => !IsOpcode(word)))
        {
            while (await NextAsync() && IsOpcode(_actual[^1]))
            {
                // What is drawn meanwhile.
            }
        }
    }

    /// <summary>With a real desktop only that something is drawn, and when for the first time, can be compared.</summary>
    private List<string> Seen(IEnumerable<string> words)
    {
        var all = words.ToList();
        if (_isReal && all.FindIndex(IsOpcode) is var first and >= 0)
            all.Insert(first, "a picture");
        return _isReal ? all.FindAll(word => !IsOpcode(word)) : all;
    }

    private static bool IsOpcode(string word) => word.All(char.IsAsciiLetter);

    private async Task<bool> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            _actual.Add(await _arrivals.Reader.ReadAsync(patience.Token));
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            return false;
        }
    }

    private async Task SendAsync(JsonObject item)
    {
        if (_socket.State != WebSocketState.Open)
            return;
        var token = TestContext.Current.CancellationToken;
        switch (Word(item, "ev"))
        {
            case "send":
                await _socket.SendAsync(Encoding.UTF8.GetBytes(Word(item, "data")), WebSocketMessageType.Text, endOfMessage: true, token);
                break;
            case "send binary":
                await _socket.SendAsync("3.nop;"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: true, token);
                break;
            case "send 200 kB clipboard blob":
                var blob = Instructions.Format("blob", "0", new string('x', 200_000));
                await _socket.SendAsync(Encoding.UTF8.GetBytes(blob), WebSocketMessageType.Text, endOfMessage: true, token);
                break;
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            await foreach (var word in ReadAsync())
                await _arrivals.Writer.WriteAsync(word);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            await _arrivals.Writer.WriteAsync($"close without a word: {e.Message}");
        }

        _arrivals.Writer.Complete();
    }

    private async IAsyncEnumerable<string> ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        var message = new MemoryStream();
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                yield return Closing((int)received.CloseStatus!, received.CloseStatusDescription);
                yield break;
            }

            message.Write(buffer, 0, received.Count);
            if (!received.EndOfMessage)
                continue;
            var text = Encoding.UTF8.GetString(message.ToArray());
            message.SetLength(0);
            foreach (var instruction in Instructions.Parse(text).Where(instruction => instruction[0] != "nop"))
                yield return instruction[0].Length > 0 ? instruction[0] : Internal(instruction);
        }
    }

    private string Internal(string[] instruction)
    {
        if (instruction.Length == 2)
            Uuid = instruction[1];
        return Json.Kind(Instructions.Format(instruction));
    }

    private static IEnumerable<string> Words(JsonObject item) => Word(item, "ev") switch
    {
        "open" => [$"open {Word(item, "protocol")} {Word(item, "extensions")}"],
        "recv" when IsDrawing(item) => Opcodes(item),
        "recv" => [Json.Kind(Word(item, "data"))],
        "close" => [Closing(item["code"]!.GetValue<int>(), Word(item, "reason"))],
        _ => [],
    };

    private static string Closing(int code, string? reason) => string.Create(CultureInfo.InvariantCulture, $"close {code} {reason}");

    private static bool IsDrawing(JsonObject item) => Word(item, "ev") == "recv" && Word(item, "opcodes").Length > 0;

    private static string[] Opcodes(JsonObject item) => [.. Word(item, "opcodes").Split(' ').Where(opcode => opcode != "nop")];

    private static string Word(JsonObject item, string name) => item[name]?.ToString() ?? "";

    private static int Time(JsonObject item) => item["t"]!.GetValue<int>();
}
