using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Tests.Unit.Gateway;

public class PasswordHashTests
{
    // The row that Guacamole's own script creates for guacadmin.
    private static readonly byte[] Hash = Convert.FromHexString("CA458A7D494E3BE824F5E1E175A1556C0F8EEF2C2D7DF3633BEC4A29C4411960");
    private static readonly byte[] Salt = Convert.FromHexString("FE24ADC5E11E2B25288D1704ABE67A79E342ECC26064CE69C5B3177795A82264");

    [Fact]
    public void Reproduces_the_stock_row() => Assert.Equal(Hash, PasswordHash.Compute("guacadmin", Salt));

    [Theory]
    [InlineData("guacadmin", true)]
    [InlineData("Guacadmin", false)]
    [InlineData("", false)]
    public void Verifies(string password, bool expected) => Assert.Equal(expected, PasswordHash.Verify(password, Salt, Hash));

    [Fact]
    public void Without_a_salt_only_the_password_is_hashed() =>
        Assert.Equal("5E884898DA28047151D0E56F8DC6292773603D0D6AABBDD62A11EF721D1542D8",
            Convert.ToHexString(PasswordHash.Compute("password", null)));

    [Fact]
    public void Salts_differ() => Assert.NotEqual(PasswordHash.NewSalt(), PasswordHash.NewSalt());
}
