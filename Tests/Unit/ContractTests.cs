namespace GuacAspire.Tests.Unit;

public class ContractTests
{
    [Fact]
    public void States_are_written_in_lower_case() =>
        Assert.Equal("\"ready\"", System.Text.Json.JsonSerializer.Serialize(GuacAspire.Contracts.DesktopState.Ready));
}
