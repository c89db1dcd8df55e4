using System.Net.WebSockets;
using System.Text;
using GuacAspire.Gateway.Api;

namespace GuacAspire.Tests.Unit.Gateway.Tunnels;

/// <summary>However a tunnel ends, the client gets everything that was sent and a close frame, never a reset.</summary>
public class ClosingTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_guacd_sent_arrives_before_the_close_though_the_client_keeps_talking()
    {
        await using var host = await TunnelHost.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var (client, guacd) = await host.OpenAsync(Cancelled);
            using var _ = client;
            var picture = $"4.blob,1.1,8000.{new string('A', 8000)};";
            for (var blob = 0; blob < 30; blob++)
                await FakeGuacd.WriteAsync(guacd, picture);
            // guacd goes with instructions of the client unread, as it does when it gives a user up.
            await TunnelHost.SendAsync(client, "4.sync,1.1;", Cancelled);
            guacd.Close();
            var talking = Task.Run(() => TalkAsync(client), Cancelled);
            var received = 0;
            while (await TunnelHost.ReceiveAsync(client, Cancelled) is { } message)
                received += message.Length;
            Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
            Assert.Equal("0", client.CloseStatusDescription);
            await talking;
            Assert.True(received % picture.Length == 0, "A message was cut.");
        }
    }

    [Fact]
    public async Task A_kill_closes_properly_in_the_middle_of_a_picture()
    {
        await using var host = await TunnelHost.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var (client, guacd) = await host.OpenAsync(Cancelled);
            using var _ = client;
            var sending = SendForeverAsync(guacd);
            await TunnelHost.ReceiveAsync(client, Cancelled);
            host.Tunnel!.Close(GuacamoleStatus.Success);
            await TunnelHost.SendAsync(client, "0.,4.ping,1.1;4.sync,1.1;", Cancelled);
            while (await TunnelHost.ReceiveAsync(client, Cancelled) is not null)
            {
                // Whatever was on its way.
            }
            Assert.Equal("0", client.CloseStatusDescription);
            await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
            await sending;
        }
    }

    [Fact]
    public async Task Too_long_a_message_is_refused_in_words_though_the_rest_of_it_is_on_its_way()
    {
        await using var host = await TunnelHost.StartAsync();
        var (client, guacd) = await host.OpenAsync(Cancelled);
        using var _ = client;
        await TunnelHost.SendAsync(client, new string('x', 3_000_000), Cancelled);
        await TunnelHost.SendAsync(client, "4.sync,1.1;", Cancelled);
        Assert.Null(await TunnelHost.ReceiveAsync(client, Cancelled));
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, client.CloseStatus);
        guacd.Dispose();
    }

    [Fact]
    public async Task A_client_that_vanishes_takes_guacds_connection_with_it()
    {
        await using var host = await TunnelHost.StartAsync();
        var (client, guacd) = await host.OpenAsync(Cancelled);
        client.Abort();
        client.Dispose();
        try
        {
            // It is told, since by itself it would notice only when it has something to send.
            var word = new byte["10.disconnect;".Length];
            await guacd.ReadExactlyAsync(word, Cancelled);
            Assert.Equal("10.disconnect;", Encoding.UTF8.GetString(word));
            Assert.Equal(0, await guacd.ReadAsync(new byte[16], Cancelled));
        }
        catch (IOException)
        {
            // Reset, which is as good an end.
        }
    }

    private static async Task TalkAsync(ClientWebSocket client)
    {
        try
        {
            while (client.State == WebSocketState.Open)
                await client.SendAsync(Encoding.UTF8.GetBytes("5.mouse,1.1,1.1,1.0;"), WebSocketMessageType.Text, true, Cancelled);
            await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        }
        catch (WebSocketException)
        {
            // The other side has closed.
        }
    }

    private static async Task SendForeverAsync(Stream guacd)
    {
        try
        {
            while (true)
                await FakeGuacd.WriteAsync(guacd, $"4.blob,1.1,8000.{new string('A', 8000)};");
        }
        catch (IOException)
        {
            // The tunnel has been closed.
        }
    }
}
