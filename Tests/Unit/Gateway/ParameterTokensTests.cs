using GuacAspire.Gateway.Guacd;

namespace GuacAspire.Tests.Unit.Gateway;

public class ParameterTokensTests
{
    private static readonly Dictionary<string, string?> Tokens = new() { ["GUAC_USERNAME"] = "Joe", ["GUAC_PASSWORD"] = null };

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("${GUAC_USERNAME}", "Joe")]
    [InlineData("a${GUAC_USERNAME}b${GUAC_USERNAME}", "aJoebJoe")]
    [InlineData("$${GUAC_USERNAME}", "${GUAC_USERNAME}")]
    [InlineData("${GUAC_USERNAME:UPPER}${GUAC_USERNAME:LOWER}", "JOEjoe")]
    [InlineData("${GUAC_PASSWORD}${UNKNOWN}", "${GUAC_PASSWORD}${UNKNOWN}")]
    [InlineData("a${UNKNOWN:OPTIONAL}b${GUAC_USERNAME:OPTIONAL}", "abJoe")]
    [InlineData("$GUAC_USERNAME ${", "$GUAC_USERNAME ${")]
    public void Fills(string value, string expected) => Assert.Equal(expected, ParameterTokens.Fill(value, Tokens));
}
