using System.Net;
using GuacAspire.Gateway.Api;
using GuacAspire.Gateway.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace GuacAspire.Tests.Unit.Gateway.Authentication;

public class SettingsTests
{
    [Fact]
    public void Nothing_is_on_unless_configured()
    {
        var options = GatewayOptions.Read(Configuration());
        Assert.Null(options.Ban);
        Assert.Null(options.Json);
        Assert.Null(options.Proxies);
        Assert.Equal(new PasswordRules(0, false, false, false, false, 0, 0, 0), options.Passwords);
        Assert.Equal(new AccountOptions(false, false, true, true), options.Accounts);
    }

    [Fact]
    public void A_ban_has_the_stock_servers_defaults() =>
        Assert.Equal(new BanOptions(5, TimeSpan.FromMinutes(5), 10_485_760), BanOptions.Read(Configuration(("BAN_ENABLED", "true"))));

    [Theory]
    [InlineData("BAN_MAX_INVALID_ATTEMPTS", "0")]
    [InlineData("BAN_ADDRESS_DURATION", "0")]
    [InlineData("BAN_MAX_ADDRESSES", "0")]
    public void A_zero_switches_bans_off(string name, string value) => Assert.Null(BanOptions.Read(Configuration((name, value))));

    [Theory]
    [InlineData("JSON_SECRET_KEY", "abc")]
    [InlineData("JSON_SECRET_KEY", "4c0b569e4c96df157eee1b65dd0e4d4")]
    [InlineData("JSON_TRUSTED_NETWORKS", "10.0.0.0/8")]
    [InlineData("BAN_MAX_INVALID_ATTEMPTS", "many")]
    [InlineData("MYSQL_USER_REQUIRED", "maybe")]
    [InlineData("REMOTE_IP_VALVE_INTERNAL_PROXIES", "(")]
    [InlineData("LOG_LEVEL", "loud")]
    public void What_cannot_be_understood_stops_the_start_and_names_the_setting(string name, string value)
    {
        var error = Assert.Throws<InvalidOperationException>(() => GatewayOptions.Read(Configuration((name, value))));
        Assert.Contains(name.Split('_')[0], error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4c0b569e", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("192.0.2.9", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData(null, false)]
    public void Only_trusted_networks_may_bring_JSON(string? address, bool expected)
    {
        var json = JsonOptions.Read(Configuration(
            ("JSON_SECRET_KEY", "4c0b569e4c96df157eee1b65dd0e4d41"), ("JSON_TRUSTED_NETWORKS", "10.0.0.0/8, 192.0.2.9")))!;
        Assert.Equal(expected, json.Trusts(address is null ? null : IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("", "10.0.0.1")]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7, 10.0.0.2", "203.0.113.7")]
    [InlineData("198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7")]
    [InlineData("10.9.9.9, 203.0.113.7", "203.0.113.7")]
    [InlineData("nonsense, 203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7, nonsense", "10.0.0.1")]
    [InlineData("10.0.0.3, 10.0.0.2", "10.0.0.3")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    public void The_clients_address_is_the_last_that_no_proxy_of_ours_has(string header, string expected)
    {
        var middleware = new ForwardedAddress(
            _ => Task.CompletedTask, ProxyOptions.Read(Configuration(("REMOTE_IP_VALVE_ENABLED", "true")))!);
        Assert.Equal(IPAddress.Parse(expected), middleware.Client(IPAddress.Parse("10.0.0.1"), header));
    }

    [Theory]
    [InlineData("172.20.0.5", true)]
    [InlineData("172.20.0.50", false)]
    [InlineData("127.0.0.1", false)]
    public void A_pattern_replaces_the_default_proxies(string address, bool expected) => Assert.Equal(
        expected, ProxyOptions.Read(Configuration(("PROXY_ALLOWED_IPS_REGEX", @"172\.20\.0\.5")))!.IsInternal(IPAddress.Parse(address)));

    [Fact]
    public void What_is_set_in_vain_is_named()
    {
        var configuration = Configuration(
            ("TOTP_ENABLED", "true"), ("LDAP_HOSTNAME", "ldap"), ("MYSQL_SSL_TRUST_STORE_FILE", "/store"),
            ("MYSQL_PASSWORD_FILE", "/run/secret"),
            ("MYSQL_HOSTNAME", "db"), ("DUO_ENABLED", "false"), ("PATH", "/bin"), ("JSON_SECRET_KEY", "secret"));
        Assert.Equal(
            ["LDAP_HOSTNAME", "MYSQL_SSL_TRUST_STORE", "TOTP_ENABLED"],
            new UnsupportedSettings(configuration, NullLogger<UnsupportedSettings>.Instance).Find());
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
}
