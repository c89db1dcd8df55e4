using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.History;
using GuacAspire.Gateway.Sessions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Gateway.Authentication;

public sealed class SessionStoreTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("true", false)]
    [InlineData("false", true)]
    public async Task A_session_ends_with_the_hours_of_its_account_unless_that_is_switched_off(string enforce, bool expected)
    {
        var isThere = await AfterAsync(
            new Account { AccessWindowEnd = new TimeSpan(12, 30, 0) }, 31, ("MYSQL_ENFORCE_ACCESS_WINDOWS_FOR_ACTIVE_SESSIONS", enforce));
        Assert.Equal(expected, isThere);
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(61, false)]
    public async Task A_session_that_nobody_uses_ends(int minutes, bool expected) =>
        Assert.Equal(expected, await AfterAsync(new Account(), minutes));

    [Fact]
    public async Task The_time_that_it_lasts_is_configured() =>
        Assert.False(await AfterAsync(new Account(), 6, ("API_SESSION_TIMEOUT", "5")));

    /// <summary>Whether a session is still there after so many minutes in which nobody has used it.</summary>
    private async Task<bool> AfterAsync(Account account, int minutes, params (string Name, string Value)[] settings)
    {
        var options = GatewayOptions.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
        await using var database = new Database(options, _time);
        using var journal = new HistoryJournal(options, NullLogger<HistoryJournal>.Instance);
        var rows = new HistoryRows(database, journal, _time, NullLogger<HistoryRows>.Instance);
        using var sessions = new SessionStore(options, rows, _time, NullLogger<SessionStore>.Instance);
        var session = new Session(SessionStore.NewToken(), account, null, null, _time);
        sessions.Add(session);
        _time.Advance(TimeSpan.FromMinutes(minutes));
        await sessions.SweepAsync();
        return sessions.Find(session.Token) is not null;
    }
}
