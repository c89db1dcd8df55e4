using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Tests.Unit.Hosting;

/// <summary>Whether a server is healthy, and what is done when it is.</summary>
public class MySqlReadyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mysql")]
    [InlineData("db")]
    public async Task A_server_that_lets_root_in_is_healthy(string resource)
    {
        await using var server = new FakeMySql();
        var (builder, _) = MySqlModel.Create(server.Port);
        await using var app = builder.Build();
        await MySqlModel.PublishAddressAsync(builder, app);
        Assert.Equal(HealthStatus.Healthy, (await MySqlModel.CheckAsync(builder, app, resource)).Status);
    }

    [Fact]
    public async Task A_server_that_does_not_listen_is_unhealthy()
    {
        var server = new FakeMySql();
        var (builder, _) = MySqlModel.Create(server.Port);
        await server.DisposeAsync();
        await using var app = builder.Build();
        await MySqlModel.PublishAddressAsync(builder, app);
        var health = await MySqlModel.CheckAsync(builder, app, "mysql");
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.NotNull(health.Exception);
    }

    [Fact]
    public async Task A_server_that_is_ready_gets_its_databases()
    {
        await using var server = new FakeMySql();
        var (builder, mysql) = MySqlModel.Create(server.Port);
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
        var (builder, mysql) = MySqlModel.Create(server.Port);
        mysql.AddDatabase("other");
        Assert.Contains("CREATE DATABASE IF NOT EXISTS `other`;", await StatementsAsync(builder, mysql, server));
    }

    private static async Task<string[]> StatementsAsync(
        IDistributedApplicationBuilder builder, IResourceBuilder<MySqlServerResource> mysql, FakeMySql server)
    {
        await using var app = builder.Build();
        await MySqlModel.PublishAddressAsync(builder, app);
        await builder.Eventing.PublishAsync(new ResourceReadyEvent(mysql.Resource, app.Services), Cancelled);
        return [.. server.Statements];
    }
}
