using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Tests.Unit.Hosting;

/// <summary>What an unhealthy server tells a person: in our words, and so the one thing here that the package does not do.</summary>
public class MySqlHealthTests
{
    [Theory]
    [InlineData("mysql")]
    [InlineData("db")]
    public async Task Without_an_address_it_is_unhealthy_and_says_so(string resource)
    {
        var (builder, _) = MySqlModel.Create(port: null);
        await using var app = builder.Build();
        var health = await MySqlModel.CheckAsync(builder, app, resource);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("not available yet", health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_refuses_the_password_says_what_to_do()
    {
        await using var server = new FakeMySql { RefusesLogins = true };
        var (builder, _) = MySqlModel.Create(server.Port);
        await using var app = builder.Build();
        await MySqlModel.PublishAddressAsync(builder, app);
        var health = await MySqlModel.CheckAsync(builder, app, "mysql");
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("refuses the password", health.Description, StringComparison.Ordinal);
        Assert.Contains("user secrets", health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_breaks_the_connection_string_is_named_as_the_reason_and_not_shown()
    {
        var (builder, _) = MySqlModel.Create(port: 2000, password: "one;hidden=two");
        await using var app = builder.Build();
        await MySqlModel.PublishAddressAsync(builder, app);
        var health = await MySqlModel.CheckAsync(builder, app, "mysql");
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("semicolon", health.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", $"{health.Description}{health.Exception}", StringComparison.Ordinal);
    }
}
