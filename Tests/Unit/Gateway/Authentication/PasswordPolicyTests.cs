using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Authentication;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Sessions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Gateway.Authentication;

public sealed class PasswordPolicyTests
{
    private static readonly DateTime Changed = new(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(Changed));

    [Theory]
    [InlineData("MIN_LENGTH", "8", "1234567", "TOO_SHORT")]
    [InlineData("MIN_LENGTH", "8", "12345678", null)]
    [InlineData("REQUIRE_MULTIPLE_CASE", "true", "lower1!", "REQUIRES_MULTIPLE_CASE")]
    [InlineData("REQUIRE_MULTIPLE_CASE", "true", "UPPER1!", "REQUIRES_MULTIPLE_CASE")]
    [InlineData("REQUIRE_MULTIPLE_CASE", "true", "Both", null)]
    [InlineData("REQUIRE_DIGIT", "true", "letters", "REQUIRES_DIGIT")]
    [InlineData("REQUIRE_DIGIT", "true", "letters1", null)]
    [InlineData("REQUIRE_SYMBOL", "true", "letters1", "REQUIRES_NON_ALNUM")]
    [InlineData("REQUIRE_SYMBOL", "true", "letters_", null)]
    [InlineData("REQUIRE_SYMBOL", "true", "with space", null)]
    [InlineData("PROHIBIT_USERNAME", "true", "xJOEx", "CONTAINS_USERNAME")]
    [InlineData("PROHIBIT_USERNAME", "true", "unrelated", null)]
    [InlineData("REQUIRE_SYMBOL", "false", "", null)]
    public async Task A_password_meets_the_rules_or_is_refused_by_name(string rule, string value, string password, string? refusal)
    {
        await using var policy = With(rule, value);
        if (refusal is null)
            policy.Policy.Require(password, "joe");
        else
            Assert.Equal(
                "PASSWORD_POLICY.ERROR_" + refusal, Assert.Throws<GuacamoleException>(() => policy.Policy.Require(password, "joe")).Key);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1.9, 1)]
    [InlineData(2, null)]
    [InlineData(30, null)]
    public async Task A_password_is_changed_again_only_after_some_days(double days, int? wait)
    {
        await using var policy = With("MIN_AGE", "2");
        _time.Advance(TimeSpan.FromDays(days));
        if (wait is null)
            policy.Policy.RequireAge(Changed);
        else
            Assert.Equal(wait, Assert.Throws<GuacamoleException>(() => policy.Policy.RequireAge(Changed)).Variables!["WAIT"]);
    }

    [Theory]
    [InlineData("0", 1000, false)]
    [InlineData("30", 29.9, false)]
    [InlineData("30", 30, true)]
    public async Task A_password_becomes_too_old(string limit, double days, bool expected)
    {
        await using var policy = With("MAX_AGE", limit);
        _time.Advance(TimeSpan.FromDays(days));
        Assert.Equal(expected, policy.Policy.IsTooOld(new Account { PasswordDate = Changed }));
    }

    private PolicyWithDatabase With(string rule, string value)
    {
        var options = GatewayOptions.Read(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("MYSQL_USER_PASSWORD_" + rule, (string?)value)]).Build());
        var database = new Database(options, _time);
        return new PolicyWithDatabase(new PasswordPolicy(options, database, _time), database);
    }

    // None of these rules asks it anything.
    private sealed record PolicyWithDatabase(PasswordPolicy Policy, Database Database) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}
