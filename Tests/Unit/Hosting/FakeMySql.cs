using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GuacAspire.Tests.Unit.Hosting;

/// <summary>Speaks as much of MySQL's protocol as it takes to sign in and to send statements, and remembers these.</summary>
internal sealed class FakeMySql : IAsyncDisposable
{
    private const int AccessDenied = 1045;
    private const int DatabaseAccessDenied = 1044;
    private const byte Quit = 0x01;
    private const byte Query = 0x03;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    public FakeMySql()
    {
        _listener.Start();
        _serving = ServeAsync(_end.Token);
    }

    /// <summary>Whether no password is the right one.</summary>
    public bool RefusesLogins { get; init; }

    /// <summary>The statements that fail, by a part of their text.</summary>
    public string? Refuses { get; init; }

    /// <summary>What was asked of it, in its order, without what a client asks for its own sake.</summary>
    public ConcurrentQueue<string> Statements { get; } = [];

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _end.Dispose();
    }

    /// <summary>One client after the other.</summary>
    private async Task ServeAsync(CancellationToken cancel)
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(cancel);
            await ServeAsync(client.GetStream(), cancel);
        }
    }

    private async Task ServeAsync(NetworkStream stream, CancellationToken cancel)
    {
        await WriteAsync(stream, 0, Greeting(), cancel);
        var (sequence, _) = await ReadAsync(stream, cancel);
        if (RefusesLogins)
        {
            await WriteAsync(stream, sequence + 1, Error(AccessDenied, "28000", "Access denied for user 'root'"), cancel);
            return;
        }

        await WriteAsync(stream, sequence + 1, Ok, cancel);
        while (true)
        {
            (sequence, var command) = await ReadAsync(stream, cancel);
            if (command is [] or [Quit, ..])
                return;
            var statement = command[0] == Query ? Encoding.UTF8.GetString(command.AsSpan(1)) : "";
            if (statement.Length > 0 && !statement.StartsWith("SET NAMES", StringComparison.Ordinal))
                Statements.Enqueue(statement);
            var answer = Refuses is not null && statement.Contains(Refuses, StringComparison.Ordinal)
                ? Error(DatabaseAccessDenied, "42000", "Access denied to database")
                : Ok;
            await WriteAsync(stream, sequence + 1, answer, cancel);
        }
    }

    private static byte[] Ok => [0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00];

    private static byte[] Greeting()
    {
        const string salt = "12345678";
        const int capabilities = 0x1 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x10000 | 0x20000 | 0x80000;
        return
        [
            0x0a, .. "9.7.0\0"u8, 1, 0, 0, 0, .. Encoding.ASCII.GetBytes(salt), 0,
            capabilities & 0xff, (capabilities >> 8) & 0xff, 0xff, 0x02, 0x00, (capabilities >> 16) & 0xff, 0x00,
            21, .. new byte[10], .. "123456789012\0"u8, .. "mysql_native_password\0"u8,
        ];
    }

    private static byte[] Error(int code, string state, string message) =>
        [0xff, (byte)code, (byte)(code >> 8), .. Encoding.ASCII.GetBytes($"#{state}{message}")];

    private static async Task<(int Sequence, byte[] Payload)> ReadAsync(NetworkStream stream, CancellationToken cancel)
    {
        var head = new byte[4];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel) < head.Length)
            return (0, []);
        var payload = new byte[head[0] | (head[1] << 8) | (head[2] << 16)];
        await stream.ReadExactlyAsync(payload, cancel);
        return (head[3], payload);
    }

    private static async Task WriteAsync(NetworkStream stream, int sequence, byte[] payload, CancellationToken cancel)
    {
        var packet = new byte[4 + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(packet, payload.Length);
        packet[3] = (byte)sequence;
        payload.CopyTo(packet, 4);
        await stream.WriteAsync(packet, cancel);
    }
}
