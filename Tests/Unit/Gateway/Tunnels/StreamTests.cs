using System.Net;
using System.Text;

namespace GuacAspire.Tests.Unit.Gateway.Tunnels;

/// <summary>Files over REST beside a running tunnel, seen from both of its ends.</summary>
public class StreamTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_download_takes_the_blobs_out_of_the_tunnel()
    {
        await using var host = await TunnelHost.StartAsync();
        var (client, guacd) = await host.OpenAsync(Cancelled);
        using var _ = client;
        using var http = host.Http;
        var downloading = http.GetAsync(Path(host, "x.txt", "&type=text/plain"), Cancelled);
        Assert.Equal("3.ack,1.3,2.OK,1.0;", await FakeGuacd.ReadUntilAsync(guacd, "ack", Cancelled));
        await FakeGuacd.WriteAsync(guacd, "4.blob,1.3,8.SGVsbG8g;");
        // The first one is acknowledged by the client, which thereby says that it keeps up with the picture.
        Assert.Equal("4.blob,1.3,0.;", await TunnelHost.ReceiveAsync(client, Cancelled));
        await TunnelHost.SendAsync(client, "3.ack,1.3,2.OK,1.0;", Cancelled);
        Assert.Equal("3.ack,1.3,2.OK,1.0;", await FakeGuacd.ReadUntilAsync(guacd, "ack", Cancelled));
        await FakeGuacd.WriteAsync(guacd, "4.blob,1.3,8.V29ybGQh;4.blob,1.4,4.AAAA;");
        Assert.Equal("3.ack,1.3,2.OK,1.0;", await FakeGuacd.ReadUntilAsync(guacd, "ack", Cancelled));
        Assert.Equal("4.blob,1.4,4.AAAA;", await TunnelHost.ReceiveAsync(client, Cancelled));
        await FakeGuacd.WriteAsync(guacd, "3.end,1.3;");
        Assert.Equal("3.end,1.3;", await TunnelHost.ReceiveAsync(client, Cancelled));
        using var answer = await downloading;
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Hello World!", await answer.Content.ReadAsStringAsync(Cancelled));
        await FakeGuacd.WriteAsync(guacd, "4.blob,1.3,4.AAAA;");
        Assert.Equal("4.blob,1.3,4.AAAA;", await TunnelHost.ReceiveAsync(client, Cancelled));
    }

    [Fact]
    public async Task An_upload_goes_blob_by_blob_as_it_is_acknowledged()
    {
        await using var host = await TunnelHost.StartAsync();
        var (client, guacd) = await host.OpenAsync(Cancelled);
        using var _ = client;
        using var http = host.Http;
        var file = Encoding.ASCII.GetBytes(new string('u', 6048 + 100));
        using var content = new ByteArrayContent(file);
        var uploading = http.PostAsync(Path(host, "up.bin"), content, Cancelled);
        var uploaded = 0;
        while (uploaded < file.Length)
        {
            var blob = await FakeGuacd.ReadUntilAsync(guacd, "blob", Cancelled);
            uploaded += Convert.FromBase64String(blob[(blob.LastIndexOf('.') + 1)..^1]).Length;
            await FakeGuacd.WriteAsync(guacd, "3.ack,1.3,2.OK,1.0;");
            Assert.Equal("3.ack,1.3,2.OK,1.0;", await TunnelHost.ReceiveAsync(client, Cancelled));
        }
        using var answer = await uploading;
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task What_guacd_refuses_is_a_stream_error()
    {
        await using var host = await TunnelHost.StartAsync();
        var (client, guacd) = await host.OpenAsync(Cancelled);
        using var _ = client;
        using var http = host.Http;
        using var content = new ByteArrayContent([1, 2, 3]);
        var uploading = http.PostAsync(Path(host, "up.bin"), content, Cancelled);
        await FakeGuacd.ReadUntilAsync(guacd, "blob", Cancelled);
        await FakeGuacd.WriteAsync(guacd, "3.ack,1.3,4.FULL,3.771;");
        using var answer = await uploading;
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var error = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("\"STREAM_ERROR\"", error, StringComparison.Ordinal);
        Assert.Contains("771", error, StringComparison.Ordinal);
    }

    private static string Path(TunnelHost host, string name, string query = "") =>
        $"/guacamole/api/session/tunnels/{host.Tunnel!.Uuid}/streams/3/{name}?token={host.Tunnel.Session.Token}{query}";
}
