using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GuacAspire.Bench.Tunnel;

/// <summary>What the fake guacd does once a tunnel is open.</summary>
internal enum Scene
{
    /// <summary>Draws one picture and sends a sign of life every few seconds.</summary>
    Idle,

    /// <summary>Sends <see cref="ReplayGuacd.BulkBytes"/> as fast as they are taken, then ends the connection.</summary>
    Bulk,

    /// <summary>Draws something at each message of the client.</summary>
    Echo,
}

/// <summary>
/// A guacd without desktops. A blocking thread for each connection, because nothing is lighter; writes are of 8 KiB, like guacd's own.
/// </summary>
internal sealed class ReplayGuacd : IDisposable
{
    /// <summary>The session again and again, to 100 MB or a little more.</summary>
    public static readonly int BulkBytes = ((100_000_000 / Replay.Session.Length) + 1) * Replay.Session.Length;

    private const int WriteSize = 8192;
    private static readonly TimeSpan NopInterval = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _idle = new();
    private readonly Timer _nops;

    public ReplayGuacd()
    {
        _listener.Start(1000);
        new Thread(Accept) { IsBackground = true }.Start();
        _nops = new Timer(_ => SendNops(), null, NopInterval, NopInterval);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Scene Scene { get; set; }

    /// <summary>How long it took to answer in each handshake, from the last byte of a question to the answer's.</summary>
    public ConcurrentQueue<TimeSpan> Shares { get; } = new();

    public void Dispose()
    {
        _nops.Dispose();
        _listener.Dispose();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _listener.AcceptSocket();
                new Thread(() => Serve(socket), 128 * 1024) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // The benchmark is over.
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            var buffer = new byte[16 * 1024];
            Await(socket, buffer, "6.select,");
            var share = Stopwatch.StartNew();
            socket.Send("4.args,13.VERSION_1_5_0,8.hostname,4.port,8.password;"u8);
            share.Stop();
            Await(socket, buffer, "7.connect,");
            share.Start();
            socket.Send("5.ready,37.$260d01da-779b-4ee9-afc1-c16bae885cc7;"u8);
            Shares.Enqueue(share.Elapsed);
            Play(socket, buffer);
        }
        catch (SocketException)
        {
            socket.Dispose();
        }
    }

    private void Play(Socket socket, byte[] buffer)
    {
        switch (Scene)
        {
            case Scene.Bulk:
                for (var sent = 0; sent < BulkBytes;)
                {
                    var from = sent % Replay.Session.Length;
                    sent += socket.Send(Replay.Session.AsSpan(from, Math.Min(WriteSize, Math.Min(Replay.Session.Length - from, BulkBytes - sent))));
                }

                socket.Shutdown(SocketShutdown.Send);
                while (socket.Receive(buffer) > 0)
                {
                    // What the client still says when it leaves.
                }

                socket.Dispose();
                break;
            case Scene.Echo:
                while (socket.Receive(buffer) > 0)
                    socket.Send(Replay.Update);
                socket.Dispose();
                break;
            default:
                socket.Send(Replay.Picture);
                _idle[socket] = true;
                break;
        }
    }

    private void SendNops()
    {
        foreach (var socket in _idle.Keys)
        {
            try
            {
                socket.Send("3.nop;"u8);
            }
            catch (SocketException)
            {
                _idle.TryRemove(socket, out _);
                socket.Dispose();
            }
        }
    }

    private static void Await(Socket socket, byte[] buffer, string opcode)
    {
        for (var used = 0; ;)
        {
            var read = socket.Receive(buffer.AsSpan(used));
            if (read == 0)
                throw new SocketException((int)SocketError.ConnectionReset);
            used += read;
            var text = Encoding.UTF8.GetString(buffer, 0, used);
            if (text.Contains(opcode, StringComparison.Ordinal) && text.EndsWith(';'))
                return;
        }
    }
}
