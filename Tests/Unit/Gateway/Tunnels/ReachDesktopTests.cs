using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Tests.Unit.Gateway.Tunnels;

/// <summary>A member of a balancing group is believed only when its desktop has shown something.</summary>
public class ReachDesktopTests
{
    private static readonly ClientInformation Client = new(1024, 768, 96, [], [], [], null, null);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.nop;5.error,7.no host,3.519;", 519)]
    [InlineData("5.error,2.ab,3.515;4.sync,1.1;", 515)]
    [InlineData("5.error,2.ab,3.769;", null)]
    [InlineData("4.sync,1.1;5.error,2.ab,3.515;", null)]
    [InlineData("5.error;", null)]
    public async Task An_error_of_the_desktop_after_ready_is_found(string sent, int? expected)
    {
        using var fake = new FakeGuacd();
        var accepting = fake.AcceptAsync(Cancelled);
        using var guacd = await GuacdConnection.OpenAsync(new GuacdAddress("127.0.0.1", fake.Port, Tls: false), Cancelled);
        await guacd.HandshakeAsync(new GuacdRequest("vnc", new Dictionary<string, string>(), Client), _ => { }, Cancelled);
        await using var stream = await accepting;
        await FakeGuacd.WriteAsync(stream, sent);
        if (expected is { } code)
        {
            var error = await Assert.ThrowsAsync<GuacamoleException>(() => guacd.ReachDesktopAsync(Cancelled));
            Assert.Equal(code, error.TunnelStatus.Code);
            return;
        }
        await guacd.ReachDesktopAsync(Cancelled);
        // Nothing of it is lost for the client.
        Assert.StartsWith(sent[..4], System.Text.Encoding.UTF8.GetString(guacd.TakeRest().Span), StringComparison.Ordinal);
    }
}
