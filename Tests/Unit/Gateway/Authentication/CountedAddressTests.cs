using System.Diagnostics.Metrics;
using System.Net;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Authentication;
using GuacAspire.Gateway.Configuration;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.History;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Gateway.Authentication;

/// <summary>Whom wrong passwords count against.</summary>
public sealed class CountedAddressTests
{
    private const int Attempts = 5;

    private static readonly FakeTimeProvider Time = new();

    [Theory]
    // The portal and the Provisioner sign in from this machine, for everybody.
    [InlineData("127.0.0.1", true, false)]
    [InlineData("::1", true, false)]
    // Where nobody's word is taken, this machine is an address as any other.
    [InlineData("127.0.0.1", false, true)]
    [InlineData("203.0.113.7", true, true)]
    // Of visitors on this machine, as a container sees them.
    [InlineData("172.18.0.1", true, true)]
    public async Task Who_signs_in_for_everybody_is_never_banned(string address, bool hasProxies, bool isBanned)
    {
        (string, string)[] settings = hasProxies ? [("REMOTE_IP_VALVE_ENABLED", "true")] : [];
        var options = GatewayOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(
            settings.Append(("BAN_ENABLED", "true")).Select(one => KeyValuePair.Create(one.Item1, (string?)one.Item2))).Build());
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using var database = new Database(options, Time);
        using var journal = new HistoryJournal(options, NullLogger<HistoryJournal>.Instance);
        var rows = new HistoryRows(database, journal, Time, NullLogger<HistoryRows>.Instance);
        using var sessions = new SessionStore(options, rows, Time, NullLogger<SessionStore>.Instance);
        var authenticator = new Authenticator(
            options, [new RightPassword()], new AddressBan(options.Ban!, Time, NullLogger<AddressBan>.Instance),
            new AccountReader(database, rows, Time), new PasswordPolicy(options, database, Time), sessions,
            new GatewayMetrics(services.GetRequiredService<IMeterFactory>()), Time);
        for (var attempt = 0; attempt < Attempts; attempt++)
            await Assert.ThrowsAsync<GuacamoleException>(() => authenticator.SignInAsync(From(address, "wrong"), CancellationToken.None));

        Assert.NotNull(await authenticator.SignInAsync(From("203.0.113.8", "right"), CancellationToken.None));
        if (isBanned)
        {
            var refusal = await Assert.ThrowsAsync<GuacamoleException>(
                () => authenticator.SignInAsync(From(address, "right"), CancellationToken.None));
            Assert.Equal(429, refusal.Status);
        }
        else
        {
            Assert.NotNull(await authenticator.SignInAsync(From(address, "right"), CancellationToken.None));
        }
    }

    private static Credentials From(string address, string password) => new("ada", password) { Address = IPAddress.Parse(address) };

    private sealed class RightPassword : ISignIn
    {
        public string DataSource => Session.Database;

        public Task<Session?> TryAsync(Credentials credentials, CancellationToken cancel) => Task.FromResult(
            credentials.Password == "right"
                ? new Session(SessionStore.NewToken(), new Account(), null, credentials.RemoteHost, Time)
                : null);
    }
}
