using GuacAspire.Gateway.Sessions;

namespace GuacAspire.Tests.Unit.Gateway;

public class AccountStateTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("2026-11-23", null, true)]
    [InlineData("2026-11-24", null, false)]
    [InlineData(null, "2026-11-23", true)]
    [InlineData(null, "2026-11-22", false)]
    [InlineData(null, "9999-12-31", true)]
    [InlineData("2026-01-01", "2026-12-31", true)]
    [InlineData("2026-11-25", "2026-11-23", true)]
    [InlineData("2026-11-23", "2026-11-20", true)]
    [InlineData("2026-11-24", "2026-11-22", false)]
    public void Days_count_whole(string? from, string? until, bool expected) =>
        Assert.Equal(expected, AccountState.IsValid(new Account { ValidFrom = Day(from), ValidUntil = Day(until) }, Noon));

    [Theory]
    [InlineData("11:00", "13:00", null, true)]
    [InlineData("12:30", "13:00", null, false)]
    [InlineData("22:00", "13:00", null, true)]
    [InlineData("22:00", "06:00", null, false)]
    [InlineData("12:30", "13:30", "Europe/Berlin", true)]
    [InlineData("11:00", "12:30", "Europe/Berlin", false)]
    [InlineData("11:00", "13:00", "Nowhere/Land", true)]
    public void Hours_are_meant_in_the_accounts_zone_and_may_wrap(string start, string end, string? zone, bool expected) =>
        Assert.Equal(expected, AccountState.IsAccessible(
            new Account { AccessWindowStart = TimeSpan.Parse(start), AccessWindowEnd = TimeSpan.Parse(end), Timezone = zone }, Noon));

    private static DateTime? Day(string? text) => text is null ? null : DateTime.Parse(text);
}
