using System.Text;
using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Tests.Unit.Gateway;

public class GuacdRequestTests
{
    private static readonly ClientInformation Client = new(1280, 800, 96, ["audio/L16"], [], ["image/png"], "Europe/Berlin", "jürgen");
    private static readonly Dictionary<string, string> Parameters = new() { ["hostname"] = "h", ["port"] = "5900", ["unused"] = "x" };

    [Theory]
    [InlineData("VERSION_1_3_0", "VERSION_1_3_0", true, false)]
    [InlineData("VERSION_1_5_0", "VERSION_1_5_0", true, true)]
    [InlineData("VERSION_1_6_0", "VERSION_1_5_0", true, true)]
    [InlineData("VERSION_1_0_0", "VERSION_1_0_0", false, false)]
    public void Answers_what_the_agreed_version_knows(string offered, string agreed, bool timezone, bool name)
    {
        var answer = Answer(offered, "hostname", "port", "password");
        Assert.EndsWith($"7.connect,{agreed.Length}.{agreed},1.h,4.5900,0.;", answer);
        Assert.Equal(timezone, answer.Contains("8.timezone,13.Europe/Berlin;"));
        Assert.Equal(name, answer.Contains("4.name,6.jürgen;"));
        Assert.StartsWith("4.size,4.1280,3.800,2.96;5.audio,9.audio/L16;5.video;5.image,9.image/png;", answer);
    }

    [Fact]
    public void A_guacd_without_versions_gets_every_value_as_asked() =>
        Assert.EndsWith("7.connect,1.h,4.5900;", Answer("hostname", "port"));

    private static string Answer(params string[] names) =>
        Encoding.UTF8.GetString(new GuacdRequest("vnc", Parameters, Client).Answer(names));
}
