using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GuacAspire.Tests.EndToEnd.Clients;

namespace GuacAspire.Tests.EndToEnd.Guacd;

/// <summary>What a fake guacd does with one connection.</summary>
/// <param name="Answers">Whether it answers the handshake at all.</param>
/// <param name="Instructions">What it sends after <c>ready</c>.</param>
/// <param name="Ends">Whether it ends the connection after that; otherwise it answers <c>disconnect</c> and stays.</param>
/// <param name="Lives">Whether it sends a <c>nop</c> now and then, as guacd does unless it hangs.</param>
internal sealed record GuacdScript(bool Answers, string Instructions, bool Ends, bool Lives)
{
    /// <summary>How long it thinks before it answers.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Whether it ends the connection when it is told to disconnect; otherwise it only agrees.</summary>
    public bool Disconnects { get; init; }

    public static readonly GuacdScript Silent = new(Answers: false, "", Ends: false, Lives: false);

    public static GuacdScript Playing(string instructions) => new(Answers: true, instructions, Ends: false, Lives: true);

    public static GuacdScript Hanging(string instructions) => new(Answers: true, instructions, Ends: false, Lives: false);
}

/// <summary>A guacd without desktops behind it: shakes hands as 1.6.0 does, then plays a script.</summary>
internal sealed class FakeGuacd : IAsyncDisposable
{
    private static readonly string Arguments = Instructions.Format("args", "VERSION_1_5_0", "hostname", "port", "password", "read-only");
    private static readonly TimeSpan NopInterval = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly ConcurrentQueue<(string Id, string Select, string[] Connect)> _requests = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _open = [];
    private readonly Task _accepting;
    private int _count;
    private int _accepted;

    public FakeGuacd()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What was selected and with which arguments, in order.</summary>
    public IReadOnlyCollection<(string Id, string Select, string[] Connect)> Connections => _requests;

    /// <summary>How many connections are open.</summary>
    public int Open => _open.Count;

    /// <summary>How many connections there have been.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>What is done with the next connections, until another script is set.</summary>
    public GuacdScript Script { get; set; } = GuacdScript.Playing("");

    /// <summary>What is done for single desktops, by their host's name, once that is known.</summary>
    public ConcurrentDictionary<string, GuacdScript> ByHost { get; } = [];

    /// <summary>Ends every connection without a word, as a guacd does that crashes.</summary>
    public void Crash()
    {
        foreach (var client in _open.Keys)
            client.Client.Close(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _connections.Add(ServeAsync(client, Script));
                Interlocked.Increment(ref _accepted);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(TcpClient client, GuacdScript script)
    {
        using (client)
        {
            _open[client] = true;
            try
            {
                await TalkAsync(client.GetStream(), script);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException
                or InvalidOperationException)
            {
                // The other side has gone, or the test has ended.
            }
            _open.TryRemove(client, out _);
        }
    }

    private async Task TalkAsync(NetworkStream stream, GuacdScript script)
    {
        using var reader = new InstructionReader(stream);
        var select = await reader.UntilAsync("select", _stop.Token);
        if (script.Answers)
        {
            await Task.Delay(script.Delay, _stop.Token);
            await SendAsync(stream, Arguments);
            var connect = await reader.UntilAsync("connect", _stop.Token);
            script = ByHost.GetValueOrDefault(connect[2], script);
            var id = $"$fake-{Interlocked.Increment(ref _count)}";
            _requests.Enqueue((id, select[1], connect[1..]));
            await SendAsync(stream, Instructions.Format("ready", id) + script.Instructions);
        }

        if (script.Ends)
            return;
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var alive = script.Lives ? KeepAliveAsync(stream, gone.Token) : Task.CompletedTask;
        await reader.UntilAsync("disconnect", _stop.Token);
        await SendAsync(stream, "10.disconnect;");
        if (!script.Disconnects)
            await reader.UntilAsync("disconnect", _stop.Token);
        await gone.CancelAsync();
        await alive;
    }

    private static async Task KeepAliveAsync(NetworkStream stream, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(NopInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
                await stream.WriteAsync("3.nop;"u8.ToArray(), cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Nobody is left to be told.
        }
    }

    private ValueTask SendAsync(NetworkStream stream, string instructions) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(instructions), _stop.Token);
}
