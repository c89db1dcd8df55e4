using GuacAspire.Provisioner.Desktops;
using GuacAspire.Provisioner.Guacamole;

namespace GuacAspire.Tests.Unit.Provisioner;

public class DesktopsOptionsTests
{
    [Fact]
    public void The_defaults_are_fine() =>
        Assert.True(new DesktopsOptionsValidator().Validate(null, TestOptions.Desktops().Value).Succeeded);

    [Theory]
    [InlineData("Image", "")]
    [InlineData("Instance", "Not Fine")]
    [InlineData("Memory", "lots")]
    [InlineData("Memory", "1m")]
    [InlineData("Resolution", "huge")]
    [InlineData("MaxResolution", "1920")]
    [InlineData("Subnets", "10.0.0.0/28")]
    [InlineData("Subnets", "fd00::/64")]
    public void What_is_wrong_is_named(string option, string value)
    {
        var options = TestOptions.Desktops().Value;
        typeof(DesktopsOptions).GetProperty(option)!.SetValue(options, value);
        Assert.Contains($"Desktops:{option}", Assert.Single(new DesktopsOptionsValidator().Validate(null, options).Failures!),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CheckpointInterval", "00:00:00.001")]
    [InlineData("LaunchTimeout", "50.00:00:00")]
    [InlineData("ReconcileInterval", "50.00:00:00")]
    [InlineData("IdleTimeout", "10675199.02:48:05")]
    [InlineData("SavesMaxAge", "10675199.02:48:05")]
    [InlineData("TicketLifetime", "-00:00:01")]
    [InlineData("Remembrance", "-00:00:01")]
    public void A_time_that_nothing_could_run_with_is_named(string option, string value)
    {
        var options = TestOptions.Desktops().Value;
        typeof(DesktopsOptions).GetProperty(option)!.SetValue(options, TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains($"Desktops:{option}", Assert.Single(new DesktopsOptionsValidator().Validate(null, options).Failures!),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Guacamole_s_address_and_account_are_needed()
    {
        var failures = new GuacamoleOptionsValidator().Validate(null, new()).Failures!.ToList();
        Assert.Contains(failures, failure => failure.Contains("Guacamole:Endpoint", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Contains("Guacamole:Password", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("3g", 3L << 30)]
    [InlineData("512M", 512L << 20)]
    [InlineData("1048576", 1048576)]
    public void Sizes_are_read_as_people_write_them(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("g")]
    [InlineData("-1g")]
    [InlineData("9999999999999g")]
    public void What_is_no_size_is_none(string text) => Assert.False(ByteSize.TryParse(text, out _));
}
