using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Authentication;
using GuacAspire.Gateway.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Gateway.Authentication;

public class AddressBanTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_last_allowed_failure_is_already_one_too_many()
    {
        var ban = Ban(attempts: 3);
        ban.Failed("192.0.2.1");
        ban.Failed("192.0.2.1");
        ban.Admit("192.0.2.1");
        AssertBanned(() => ban.Failed("192.0.2.1"));
        AssertBanned(() => ban.Admit("192.0.2.1"));
        ban.Admit("192.0.2.2");
    }

    [Fact]
    public void A_ban_ends_and_the_count_begins_anew()
    {
        var ban = Ban(attempts: 1);
        AssertBanned(() => ban.Failed("192.0.2.1"));
        _time.Advance(TimeSpan.FromSeconds(60));
        AssertBanned(() => ban.Admit("192.0.2.1"));
        _time.Advance(TimeSpan.FromSeconds(1));
        ban.Admit("192.0.2.1");
        AssertBanned(() => ban.Failed("192.0.2.1"));
    }

    [Fact]
    public void Of_too_many_addresses_the_one_that_failed_longest_ago_is_forgotten()
    {
        var ban = Ban(attempts: 2, addresses: 2);
        ban.Failed("192.0.2.1");
        ban.Failed("192.0.2.2");
        ban.Failed("192.0.2.3");
        ban.Failed("192.0.2.1");
        AssertBanned(() => ban.Failed("192.0.2.3"));
    }

    [Fact]
    public void What_is_over_is_not_remembered()
    {
        var ban = Ban(attempts: 5);
        for (var address = 0; address < 50; address++)
            ban.Failed($"192.0.2.{address}");
        _time.Advance(TimeSpan.FromSeconds(30));
        ban.Failed("198.51.100.1");
        Assert.Equal(51, ban.Remembered);
        _time.Advance(TimeSpan.FromSeconds(31));
        ban.Failed("198.51.100.2");
        Assert.Equal(2, ban.Remembered);
    }

    [Fact]
    public void Many_failures_at_once_are_all_counted()
    {
        var ban = Ban(attempts: 1000);
        Parallel.For(0, 999, _ => ban.Failed("192.0.2.1"));
        ban.Admit("192.0.2.1");
        AssertBanned(() => ban.Failed("192.0.2.1"));
    }

    private AddressBan Ban(int attempts, int addresses = 100) =>
        new(new BanOptions(attempts, TimeSpan.FromSeconds(60), addresses), _time, NullLogger<AddressBan>.Instance);

    private static void AssertBanned(Action act)
    {
        var error = Assert.Throws<GuacamoleException>(act);
        Assert.Equal((429, "BAD_REQUEST", "LOGIN.ERROR_TOO_MANY_ATTEMPTS"), (error.Status, error.Type, error.Key));
    }
}
