using System.Text;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Tests.Unit.Gateway;

public class ClientMessageTests
{
    [Theory]
    [InlineData("4.sync,1.5;3.nop;", "4.sync,1.5;3.nop;")]
    [InlineData("0.,4.ping,1.1;", "!0.,4.ping,1.1;")]
    [InlineData("0.,4.ping,1.1;3.nop;0.,4.ping,1.2;", "!0.,4.ping,1.1;|3.nop;|!0.,4.ping,1.2;")]
    [InlineData("3.nop;3.nop;0.,3.foo,1.x;", "3.nop;3.nop;|!0.,3.foo,1.x;")]
    [InlineData("3.nop;9.sync,3.123;3.nop;", "3.nop;")]
    [InlineData("9.sync,3.123;", "")]
    [InlineData("0.,4.ping,2.😀;", "")]
    [InlineData("0.,4.ping,1.😀;", "!0.,4.ping,1.😀;")]
    [InlineData("3.key,2.10", "")]
    [InlineData("3.nop;3.no", "3.nop;")]
    [InlineData("00.,4.ping,1.1;", "!00.,4.ping,1.1;")]
    [InlineData("9.clipboard,1.;,1.,;", "9.clipboard,1.;,1.,;")]
    [InlineData("", "")]
    public void Separates_what_is_guacds_from_what_is_the_tunnels(string message, string expected)
    {
        var parts = new List<string>();
        var bytes = Encoding.UTF8.GetBytes(message);
        var reader = new ClientMessage(bytes);
        while (reader.TryNext(out var range, out var isInternal))
            parts.Add((isInternal ? "!" : "") + Encoding.UTF8.GetString(bytes[range]));
        Assert.Equal(expected, string.Join('|', parts));
    }
}
