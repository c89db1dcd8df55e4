using System.Text;
using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Tests.Unit.Gateway.Tunnels;

/// <summary>What goes through a tunnel, and in which pieces.</summary>
public class RelayTests
{
    private const int Blobs = 8000;
    private static readonly string Blob = $"4.blob,1.1,8000.{new string('A', 8000)};";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false, null)]
    [InlineData(false, true, null)]
    [InlineData(true, false, null)]
    [InlineData(true, true, "permessage-deflate")]
    public async Task A_tunnel_is_compressed_where_both_sides_want_it(bool isConfigured, bool isOffered, string? expected)
    {
        await using var host = await TunnelHost.StartAsync(isConfigured);
        var (client, guacd) = await host.OpenAsync(Cancelled, isOffered);
        using var _ = client;
        Assert.Equal(expected, client.HttpResponseHeaders!.TryGetValue("Sec-WebSocket-Extensions", out var agreed)
            ? agreed.Single().Split(';')[0]
            : null);

        for (var round = 0; round < 3; round++)
        {
            await FakeGuacd.WriteAsync(guacd, Blob + "4.sync,1.1;");
            Assert.Equal(Blob + "4.sync,1.1;", await ReceiveAsync(client, Blob.Length + 11));
            await TunnelHost.SendAsync(client, "0.,4.ping,1.7;9.clipboard,1.1,2.äö;", Cancelled);
            Assert.Equal("0.,4.ping,1.7;", await TunnelHost.ReceiveAsync(client, Cancelled));
            Assert.Equal("9.clipboard,1.1,2.äö;", await FakeGuacd.ReadUntilAsync(guacd, "clipboard", Cancelled));
        }
        guacd.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Messages_are_whole_instructions_however_guacds_bytes_come(int seed)
    {
        await using var host = await TunnelHost.StartAsync();
        var (client, guacd) = await host.OpenAsync(Cancelled);
        using var _ = client;
        var random = new Random(seed);
        var sent = string.Concat(Enumerable.Range(0, 60).Select(_ => Any(random)));
        var sending = Task.Run(() => SendInPiecesAsync(guacd, Encoding.UTF8.GetBytes(sent), random), Cancelled);

        var received = new StringBuilder();
        while (await TunnelHost.ReceiveAsync(client, Cancelled) is { } message)
        {
            Assert.True(IsWhole(message), "A message ends within an instruction.");
            received.Append(message);
        }
        await sending;
        Assert.Equal(sent, received.ToString());
    }

    [Fact]
    public async Task While_the_client_does_not_read_guacd_has_to_wait()
    {
        await using var host = await TunnelHost.StartAsync();
        var (client, guacd) = await host.OpenAsync(Cancelled);
        using var _ = client;
        // More than all buffers of the kernel take.
        var sending = Task.Run(
            async () =>
            {
                for (var blob = 0; blob < Blobs; blob++)
                    await FakeGuacd.WriteAsync(guacd, Blob);
                guacd.Close();
            },
            Cancelled);
        Assert.NotSame(sending, await Task.WhenAny(sending, Task.Delay(1000, Cancelled)));
        var received = 0L;
        while (await TunnelHost.ReceiveAsync(client, Cancelled) is { } message)
            received += message.Length;
        await sending;
        Assert.Equal((long)Blobs * Blob.Length, received);
    }

    private static async Task<string> ReceiveAsync(System.Net.WebSockets.WebSocket client, int length)
    {
        var received = new StringBuilder();
        while (received.Length < length)
            received.Append(await TunnelHost.ReceiveAsync(client, Cancelled)
                ?? throw new EndOfStreamException($"The tunnel ended after {received.Length} of {length} characters."));
        return received.ToString();
    }

    /// <summary>Small, large and larger than any buffer, with characters of every length.</summary>
    private static string Any(Random random)
    {
        var value = string.Concat(Enumerable.Repeat(random.Next(4) switch { 0 => "ä", 1 => "€", 2 => "😀", _ => "x;,1." }, random.Next(10) switch
        {
            < 6 => random.Next(20),
            < 9 => random.Next(3_000),
            _ => random.Next(60_000),
        }));
        return Encoding.UTF8.GetString(Instruction.ToBytes("blob", "1", value));
    }

    private static async Task SendInPiecesAsync(Stream guacd, ReadOnlyMemory<byte> bytes, Random random)
    {
        while (!bytes.IsEmpty)
        {
            var piece = Math.Min(bytes.Length, random.Next(5) == 0 ? random.Next(1, 10) : random.Next(1, 40_000));
            await guacd.WriteAsync(bytes[..piece]);
            bytes = bytes[piece..];
            if (random.Next(8) == 0)
                await Task.Yield();
        }
        guacd.Close();
    }

    private static bool IsWhole(string message)
    {
        var scanner = new InstructionScanner();
        var bytes = Encoding.UTF8.GetBytes(message);
        return scanner.TryScan(bytes, out var complete) && complete == bytes.Length;
    }
}
