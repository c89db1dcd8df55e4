using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Conformance;
using GuacAspire.Tests.EndToEnd.Guacd;

namespace GuacAspire.Tests.EndToEnd.Gateway;

/// <summary>Groups whose members stand in for each other.</summary>
public sealed class BalancingTests(RuleGateway gateway) : IClassFixture<RuleGateway>
{
    private const string Rows =
        "SELECT GROUP_CONCAT(connection_name ORDER BY history_id) FROM guacamole_connection_history WHERE connection_name LIKE ";
    private static readonly GuacdScript Alive = GuacdScript.Playing("4.sync,1.1;");
    private static readonly GuacdScript NotFound = Failing(519);
    private static readonly GuacdScript Broken = Failing(515);

    [Fact]
    public async Task WhenMembersFailTheOneForThatCaseTakesOver()
    {
        var (group, name) = await GroupAsync(NotFound, Broken, Alive);
        await using var tunnel = await OpenAsync(group);
        await tunnel.ReadUntilAsync("sync");
        var tried = gateway.Gateway.Guacd.Connections.Select(connection => connection.Connect[1])
            .Where(host => host.StartsWith(name, StringComparison.Ordinal)).ToList();
        Assert.Equal(3, tried.Count);
        Assert.Equal($"{name}2", tried[^1]);
        // What never came to anything leaves neither a row nor a seat.
        Assert.Equal($"{name}2", await gateway.Gateway.QueryAsync($"{Rows}'{name}%'"));
        var active = await RuleGateway.GetAsync(gateway.Admin, "connections");
        Assert.Equal(
            [0, 0, 1],
            active.EnumerateObject().Select(one => one.Value)
                .Where(one => one.GetProperty("name").GetString()!.StartsWith(name, StringComparison.Ordinal))
                .OrderBy(one => one.GetProperty("name").GetString()).Select(one => one.GetProperty("activeConnections").GetInt32()));
    }

    [Fact]
    public async Task WhileOneWorksTheOneForOtherCasesIsLeftAlone()
    {
        var (group, name) = await GroupAsync(Alive, Alive, Alive);
        await using var first = await OpenAsync(group);
        await using var second = await OpenAsync(group);
        await first.ReadUntilAsync("sync");
        await second.ReadUntilAsync("sync");
        Assert.Equal([$"{name}0", $"{name}1"], (await gateway.Gateway.QueryAsync($"{Rows}'{name}%'"))!.Split(',').Order());
    }

    [Fact]
    public async Task WhenAllFailTheClientIsToldWhatBefellTheLast()
    {
        var (group, name) = await GroupAsync(NotFound, NotFound, Broken);
        await using var tunnel = await OpenAsync(group);
        Assert.Equal(["error", "no", "515"], await tunnel.ReadUntilAsync("error"));
        Assert.Equal($"{name}2", await gateway.Gateway.QueryAsync($"{Rows}'{name}%'"));
    }

    [Fact]
    public async Task ParametersKnowTheirRowInTheHistoryAndNoFolderWhereNothingIsRecorded()
    {
        gateway.Gateway.Guacd.Script = Alive;
        var connection = await gateway.CreateAsync("connections", new
        {
            name = gateway.Name(),
            protocol = "vnc",
            parameters = new { hostname = "${HISTORY_UUID}", password = "${HISTORY_PATH}" },
            attributes = new { },
        });
        await using var tunnel = await OpenAsync(connection, "c");
        var uuid = (await tunnel.ReadUntilAsync(""))[1];
        var asked = gateway.Gateway.Guacd.Connections.Single(one => one.Connect[1] == uuid);
        Assert.Equal("${HISTORY_PATH}", asked.Connect[3]);
    }

    private static GuacdScript Failing(int code) =>
        new(Answers: true, Instructions.Format("error", "no", $"{code}") + "10.disconnect;", Ends: true, Lives: false);

    /// <summary>A group of three, the last of which is for failures only. Each one's desktop behaves as told.</summary>
    private async Task<(string Group, string Name)> GroupAsync(params GuacdScript[] members)
    {
        var name = gateway.Name() + "-";
        var group = await gateway.CreateAsync("connectionGroups", new
        {
            name,
            type = "BALANCING",
            attributes = new Dictionary<string, string> { ["max-connections-per-user"] = "0" },
        });
        for (var index = 0; index < members.Length; index++)
        {
            gateway.Gateway.Guacd.ByHost[$"{name}{index}"] = members[index];
            var attributes = new Dictionary<string, string?> { ["failover-only"] = index == members.Length - 1 ? "true" : null };
            await gateway.CreateAsync("connections", new
            {
                name = $"{name}{index}",
                parentIdentifier = group,
                protocol = "vnc",
                parameters = new { hostname = $"{name}{index}" },
                attributes,
            });
        }

        return (group, name);
    }

    private Task<Tunnel> OpenAsync(string identifier, string type = "g") => Tunnel.OpenAsync(
        new Uri(gateway.Gateway.Address, "/guacamole/"),
        gateway.Admin.DefaultRequestHeaders.GetValues("Guacamole-Token").Single(), "mysql", identifier, type: type);
}
