using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Tests.Unit.Gateway;

public class HistoryUuidTests
{
    [Theory]
    [InlineData(1, "8063df49-c55f-347b-802d-0c1168c0c119")]
    [InlineData(4, "3c1501f5-df64-31df-a140-a7b68cb7aad3")]
    [InlineData(34, "40ffc435-4386-3261-9579-557e9aad8512")]
    public void Connections(long row, string expected) => Assert.Equal(expected, HistoryUuid.OfConnection(row));

    [Theory]
    [InlineData(1, "d16a2f32-6722-341b-8cfd-dbd7b9061b74")]
    [InlineData(17, "535984f5-4b3c-3003-8ebd-8d3566a39c18")]
    public void Users(long row, string expected) => Assert.Equal(expected, HistoryUuid.OfUser(row));
}
