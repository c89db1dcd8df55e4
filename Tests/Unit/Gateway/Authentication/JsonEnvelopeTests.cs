using System.Text;
using GuacAspire.Gateway.JsonUsers;

namespace GuacAspire.Tests.Unit.Gateway.Authentication;

public class JsonEnvelopeTests
{
    private static readonly byte[] Key = Convert.FromHexString("4c0b569e4c96df157eee1b65dd0e4d41");

    // Made with openssl's command line as Guacamole's manual describes it.
    private const string Sealed =
        "MsG554V4iInq9bj7le7A1ymh1C4NnDcNJsgcDLrEb41l8XY4bDClEn4qVr9FLFqFhRuMvw1cfAC26Q23Mke0C42ZaLcZa9hyRwHiSXHckdyk2uLKn2xSxb81+3MluAEzjEFQPnKB"
        + "7kRMTIwcem90ARNwS4ktoH7UMRSOeX4kHLSQl0QwFwO54tSTDSHH/VVilgnmWfWKKQy1oiZeRU9BEtAU/xn3xjmGyqg3c0XCPiG38i2f/n/Dy1DwG0Gsu1OfjKSWLFzwW6yvLlXc"
        + "AAi1thm4Bz/rIHrCGKo5leMXjCAMIE+nyVGT4VEKA9j/bf5V";

    [Fact]
    public void What_openssl_sealed_is_opened()
    {
        var opened = JsonEnvelope.Open(Sealed, Key);
        Assert.NotNull(opened);
        var user = JsonUser.Parse(opened.Value.Json);
        Assert.NotNull(user);
        Assert.Equal(("jo", 4102444800000, false), (user.Username, user.Expires, user.SingleUse));
        Assert.Equal(["Desk", "Look"], user.Connections!.Keys.Order());
        Assert.Equal("5900", user.Connections["Desk"].Parameters!["port"]);
        Assert.Equal(("d1", "true"), (user.Connections["Look"].Join, user.Connections["Look"].Parameters!["read-only"]));
    }

    [Fact]
    public void Line_breaks_in_Base64_do_not_matter() => Assert.NotNull(JsonEnvelope.Open(Sealed.Insert(64, "\n"), Key));

    [Fact]
    public void No_changed_byte_is_accepted()
    {
        var bytes = Convert.FromBase64String(Sealed);
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 1;
            Assert.Null(JsonEnvelope.Open(Convert.ToBase64String(bytes), Key));
            bytes[at] ^= 1;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("no Base64!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==")]
    public void Garbage_is_refused(string data) => Assert.Null(JsonEnvelope.Open(data, Key));

    [Fact]
    public void Another_key_opens_nothing() => Assert.Null(JsonEnvelope.Open(Sealed, new byte[16]));

    [Theory]
    [InlineData("""{"username":"jo","connections":{},"unknown":1}""")]
    [InlineData("""{"username":"jo","connections":{"a":{"protocol":"vnc","surprise":true}}}""")]
    [InlineData("""{"username":"jo","connections":{"a":null}}""")]
    [InlineData("""{"username":"jo","expires":"soon"}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    public void What_is_not_as_documented_is_refused_as_a_whole(string json) => Assert.Null(JsonUser.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_connection_for_a_single_use_is_taken_once()
    {
        var user = JsonUser.Parse("""{"connections":{"once":{"protocol":"vnc","singleUse":true},"often":{"protocol":"vnc"}}}"""u8.ToArray())!;
        var once = user.Find("once", DateTimeOffset.UnixEpoch)!;
        Assert.True(user.TryTake("once", once));
        Assert.False(user.TryTake("once", once));
        Assert.Null(user.Find("once", DateTimeOffset.UnixEpoch));
        Assert.True(user.TryTake("often", user.Find("often", DateTimeOffset.UnixEpoch)!));
        Assert.NotNull(user.Find("often", DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void What_has_expired_has_no_connections()
    {
        var user = JsonUser.Parse("""{"expires":1000,"connections":{"a":{"protocol":"vnc"}}}"""u8.ToArray())!;
        Assert.NotNull(user.Find("a", DateTimeOffset.FromUnixTimeMilliseconds(1000)));
        Assert.Null(user.Find("a", DateTimeOffset.FromUnixTimeMilliseconds(1001)));
        Assert.Empty(user.Usable(DateTimeOffset.FromUnixTimeMilliseconds(1001)));
    }
}
