using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;

namespace GuacAspire.Tests.Client;

/// <summary>One tunnel as guacd and Guacamole make it at their edge: it shows a picture, answers pings, and notes what is sent.</summary>
internal sealed class FakeTunnel(WebSocket socket)
{
    private const string Picture =
        "4.size,1.0,3.640,3.480;4.rect,1.0,1.0,1.0,3.640,3.480;5.cfill,2.14,1.0,3.200,3.120,2.40,3.255;4.sync,1.1;";

    private readonly ConcurrentQueue<string[]> _received = new();

    public bool IsOpen => socket.State == WebSocketState.Open;

    /// <summary>Whether nothing comes from it any more, as after a sleep that a connection did not outlive.</summary>
    public bool IsSilent { get; set; }

    public IReadOnlyList<string> Keys =>
        [.. _received.Where(words => words[0] == "key").Select(words => $"{Name(words[1])} {(words[2] == "1" ? "down" : "up")}")];

    public IReadOnlyCollection<string> KeysDown
    {
        get
        {
            var down = new HashSet<string>();
            foreach (var key in Keys)
            {
                var name = key.Split(' ')[0];
                if (key.EndsWith("down", StringComparison.Ordinal))
                    down.Add(name);
                else
                    down.Remove(name);
            }

            return down;
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString();
        await SendAsync($"0.,{id.Length}.{id};{Picture}", cancellationToken);
        var buffer = new byte[16 << 10];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken) is { MessageType: WebSocketMessageType.Text } message)
                await TakeAsync(Encoding.UTF8.GetString(buffer, 0, message.Count), cancellationToken);
            if (socket.State == WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);
        }
        catch (WebSocketException)
        {
            // It was cut.
        }
    }

    /// <summary>Cuts it, without a word.</summary>
    public void Cut() => socket.Abort();

    private async Task TakeAsync(string text, CancellationToken cancellationToken)
    {
        foreach (var words in Instructions(text))
        {
            _received.Enqueue(words);
            if (words is ["", "ping", var at] && !IsSilent)
                await SendAsync($"0.,4.ping,{at.Length}.{at};", cancellationToken);
        }
    }

    private ValueTask SendAsync(string text, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    private static IEnumerable<string[]> Instructions(string text)
    {
        var words = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var dot = text.IndexOf('.', at);
            var length = int.Parse(text.AsSpan(at, dot - at), CultureInfo.InvariantCulture);
            words.Add(text.Substring(dot + 1, length));
            at = dot + 1 + length;
            if (text[at++] != ';')
                continue;
            yield return [.. words];
            words.Clear();
        }
    }

    private static string Name(string keysym) => int.Parse(keysym, CultureInfo.InvariantCulture) switch
    {
        0xffe1 => "Shift",
        0xffe3 => "Control",
        0xffe5 => "CapsLock",
        var code and > 32 and < 127 => ((char)code).ToString(),
        var code => code.ToString("x", CultureInfo.InvariantCulture),
    };
}
