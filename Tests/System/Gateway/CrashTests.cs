using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Conformance;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Guacd;

namespace GuacAspire.Tests.EndToEnd.Gateway;

public sealed class CrashTests(RuleGateway gateway) : IClassFixture<RuleGateway>
{
    private const string OpenConnections = "SELECT GROUP_CONCAT(connection_name) FROM guacamole_connection_history WHERE end_date IS NULL";
    private const string OpenUsers = "SELECT GROUP_CONCAT(username) FROM guacamole_user_history WHERE end_date IS NULL";

    [Fact]
    public async Task WhatAKilledGatewayLeavesOpenIsEndedByTheNextAndNothingElseIs()
    {
        var own = gateway.Gateway;
        own.Guacd.Script = GuacdScript.Playing("4.sync,1.1;");
        var connection = await gateway.ConnectionAsync();
        await using var tunnel = await Tunnel.OpenAsync(
            new Uri(own.Address, "/guacamole/"), gateway.Admin.DefaultRequestHeaders.GetValues("Guacamole-Token").Single(), "mysql",
            connection);
        await tunnel.ReadUntilAsync("sync");
        // Another Guacamole works on the same database.
        await own.QueryAsync(
            "INSERT INTO guacamole_connection_history (username, connection_name, start_date) VALUES ('x', 'another', NOW())");
        await own.QueryAsync("INSERT INTO guacamole_user_history (username, start_date) VALUES ('another', NOW())");

        await own.KillAsync();
        Assert.Equal(2, (await own.QueryAsync(OpenConnections))!.Split(',').Length);
        Assert.Equal(["another", "guacadmin"], (await own.QueryAsync(OpenUsers))!.Split(',').Order());

        await own.StartAsync();
        await Eventually.TrueAsync(
            async () => await own.QueryAsync(OpenConnections) == "another" && await own.QueryAsync(OpenUsers) == "another",
            "the rows to have an end");
    }
}
