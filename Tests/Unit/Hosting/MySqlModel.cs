using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GuacAspire.Tests.Unit.Hosting;

/// <summary>A server <c>mysql</c> with a database <c>db</c>, and the events that the orchestrator would publish.</summary>
internal static class MySqlModel
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static (IDistributedApplicationBuilder Builder, IResourceBuilder<MySqlServerResource> Server) Create(
        int? port, string password = "secret")
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var mysql = builder.AddMySql("mysql", builder.AddParameter("password", password, secret: true));
        if (port is { } listening)
            mysql.WithEndpoint("tcp", endpoint => endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "127.0.0.1", listening));
        mysql.AddDatabase("db", "guacamole");
        return (builder, mysql);
    }

    public static async Task PublishAddressAsync(IDistributedApplicationBuilder builder, DistributedApplication app)
    {
        foreach (var resource in builder.Resources.OfType<IResourceWithConnectionString>())
            await builder.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, app.Services), Cancelled);
    }

    public static async Task<HealthReportEntry> CheckAsync(
        IDistributedApplicationBuilder builder, DistributedApplication app, string resource)
    {
        var key = Assert.Single(
            builder.Resources.Single(candidate => candidate.Name == resource).Annotations.OfType<HealthCheckAnnotation>()).Key;
        var report = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == key, Cancelled);
        return Assert.Single(report.Entries).Value;
    }
}
