using GuacAspire.Gateway.Schema;

namespace GuacAspire.Tests.Unit.Gateway;

public class SchemaTests
{
    [Fact]
    public void There_are_twenty_three_tables() => Assert.Equal(23, GuacamoleSchema.Tables.Distinct().Count());

    [Fact]
    public void Every_statement_can_be_repeated() =>
        Assert.All(GuacamoleSchema.Statements, statement => Assert.StartsWith("CREATE TABLE IF NOT EXISTS guacamole_", statement));
}
