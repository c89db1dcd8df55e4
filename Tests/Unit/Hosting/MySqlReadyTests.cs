using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Tests.Unit.Hosting;

/// <summary>When a server is healthy, and what is done when it is.</summary>
public class MySqlReadyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mysql")]
    [InlineData("db")]
    public async Task Without_an_address_it_is_unhealthy_and_says_so(string resource)
    {
        var (builder, _) = Model(port: null);
        await using var app = builder.Build();
        var health = await CheckAsync(builder, app, resource);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("not available yet", health.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysql")]
    [InlineData("db")]
    public async Task A_server_that_lets_root_in_is_healthy(string resource)
    {
        await using var server = new FakeMySql();
        var (builder, _) = Model(server.Port);
        await using var app = builder.Build();
        await PublishAddressAsync(builder, app);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(builder, app, resource)).Status);
    }

    [Fact]
    public async Task A_server_that_refuses_the_password_says_what_to_do()
    {
        await using var server = new FakeMySql { RefusesLogins = true };
        var (builder, _) = Model(server.Port);
        await using var app = builder.Build();
        await PublishAddressAsync(builder, app);
        var health = await CheckAsync(builder, app, "mysql");
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("refuses the password", health.Description, StringComparison.Ordinal);
        Assert.Contains("user secrets", health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_listen_is_unhealthy()
    {
        var server = new FakeMySql();
        var (builder, _) = Model(server.Port);
        await server.DisposeAsync();
        await using var app = builder.Build();
        await PublishAddressAsync(builder, app);
        var health = await CheckAsync(builder, app, "mysql");
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.NotNull(health.Exception);
    }

    [Fact]
    public async Task A_password_that_breaks_the_connection_string_is_named_as_the_reason_and_not_shown()
    {
        var (builder, _) = Model(port: 2000, password: "one;hidden=two");
        await using var app = builder.Build();
        await PublishAddressAsync(builder, app);
        var health = await CheckAsync(builder, app, "mysql");
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("semicolon", health.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", $"{health.Description}{health.Exception}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_ready_gets_its_databases()
    {
        await using var server = new FakeMySql();
        var (builder, mysql) = Model(server.Port);
        mysql.AddDatabase("quoted", "we`ird; DROP");
        mysql.AddDatabase("scripted").WithCreationScript("the first").WithCreationScript("CREATE DATABASE scripted CHARACTER SET utf8mb4;");
        Assert.Equal(
            [
                "CREATE DATABASE IF NOT EXISTS `guacamole`;",
                "CREATE DATABASE IF NOT EXISTS `we``ird; DROP`;",
                "CREATE DATABASE scripted CHARACTER SET utf8mb4;",
            ],
            await StatementsAsync(builder, mysql, server));
    }

    [Fact]
    public async Task A_database_that_cannot_be_created_keeps_no_other_from_it()
    {
        await using var server = new FakeMySql { Refuses = "guacamole" };
        var (builder, mysql) = Model(server.Port);
        mysql.AddDatabase("other");
        Assert.Contains("CREATE DATABASE IF NOT EXISTS `other`;", await StatementsAsync(builder, mysql, server));
    }

    private static (IDistributedApplicationBuilder Builder, IResourceBuilder<MySqlServerResource> Server) Model(
        int? port, string password = "secret")
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var mysql = builder.AddMySql("mysql", builder.AddParameter("password", password, secret: true));
        if (port is { } listening)
            mysql.WithEndpoint("tcp", endpoint => endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "127.0.0.1", listening));
        mysql.AddDatabase("db", "guacamole");
        return (builder, mysql);
    }

    private static async Task PublishAddressAsync(IDistributedApplicationBuilder builder, DistributedApplication app)
    {
        foreach (var resource in builder.Resources.OfType<IResourceWithConnectionString>())
            await builder.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, app.Services), Cancelled);
    }

    private static async Task<HealthReportEntry> CheckAsync(
        IDistributedApplicationBuilder builder, DistributedApplication app, string resource)
    {
        var key = Assert.Single(
            builder.Resources.Single(candidate => candidate.Name == resource).Annotations.OfType<HealthCheckAnnotation>()).Key;
        var report = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == key, Cancelled);
        return Assert.Single(report.Entries).Value;
    }

    private static async Task<string[]> StatementsAsync(
        IDistributedApplicationBuilder builder, IResourceBuilder<MySqlServerResource> mysql, FakeMySql server)
    {
        await using var app = builder.Build();
        await PublishAddressAsync(builder, app);
        await builder.Eventing.PublishAsync(new ResourceReadyEvent(mysql.Resource, app.Services), Cancelled);
        return [.. server.Statements];
    }
}
