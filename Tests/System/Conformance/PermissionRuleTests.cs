using System.Net;
using System.Text.Json;
using static GuacAspire.Tests.EndToEnd.Conformance.RuleGateway;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>Rules of the stock server that no recording shows: about permissions.</summary>
public sealed class PermissionRuleTests(RuleGateway gateway) : IClassFixture<RuleGateway>
{
    [Fact]
    public async Task WhatIsGrantedAndTakenAtOnceIsTaken()
    {
        var (name, _) = await gateway.UserAsync();
        var permission = new { path = "/systemPermissions", value = "CREATE_USER" };
        object[] patches = [new { op = "remove", permission.path, permission.value },
            new { op = "add", permission.path, permission.value }];
        await AskAsync(gateway.Admin, HttpMethod.Patch, $"users/{name}/permissions", patches, HttpStatusCode.NoContent);
        var permissions = await GetAsync(gateway.Admin, $"users/{name}/permissions");
        Assert.Equal(0, permissions.GetProperty("systemPermissions").GetArrayLength());
    }

    [Fact]
    public async Task ParametersNeedUpdateAndAdministerIsNotEnough()
    {
        var (name, user) = await gateway.UserAsync();
        var connection = await gateway.ConnectionAsync();
        await gateway.GrantAsync(name, $"/connectionPermissions/{connection}", "READ", "ADMINISTER");
        await GetAsync(user, $"connections/{connection}/parameters", HttpStatusCode.Forbidden);
        await gateway.GrantAsync(name, $"/connectionPermissions/{connection}", "UPDATE");
        await GetAsync(user, $"connections/{connection}/parameters");
    }

    [Fact]
    public async Task PermissionsReachThroughNestedGroupsUntilOneIsDisabled()
    {
        var (name, user) = await gateway.UserAsync();
        var (inner, outer) = (gateway.Name(), gateway.Name());
        var connection = await gateway.ConnectionAsync();
        await gateway.CreateAsync("userGroups", new { identifier = inner });
        await gateway.CreateAsync("userGroups", new { identifier = outer });
        await MemberAsync($"userGroups/{inner}/memberUsers", name);
        await MemberAsync($"userGroups/{outer}/memberUserGroups", inner);
        await gateway.GrantGroupAsync(outer, $"/connectionPermissions/{connection}", "READ");
        await GetAsync(user, $"connections/{connection}");
        var effective = await GetAsync(user, "self/effectivePermissions");
        Assert.Equal("""["READ"]""", effective.GetProperty("connectionPermissions").GetProperty(connection).GetRawText());
        Assert.Equal("{}", (await GetAsync(user, "self/permissions")).GetProperty("connectionPermissions").GetRawText());

        await AskAsync(
            gateway.Admin, HttpMethod.Put, $"userGroups/{inner}", new { identifier = inner, disabled = true }, HttpStatusCode.NoContent);
        await GetAsync(user, $"connections/{connection}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task WhomAGroupLetsSeeAndChangeAUserDoesNotGovernHisPermissions()
    {
        var (name, user) = await gateway.UserAsync();
        var (other, _) = await gateway.UserAsync();
        var group = gateway.Name();
        var connection = await gateway.ConnectionAsync();
        await gateway.CreateAsync("userGroups", new { identifier = group });
        await MemberAsync($"userGroups/{group}/memberUsers", name);
        await gateway.GrantGroupAsync(group, $"/userPermissions/{other}", "READ", "UPDATE");
        await gateway.GrantGroupAsync(group, $"/connectionPermissions/{connection}", "ADMINISTER");
        await GetAsync(user, $"users/{other}");
        await GetAsync(user, $"users/{other}/permissions", HttpStatusCode.Forbidden);
        var patch = new[] { new { op = "add", path = $"/connectionPermissions/{connection}", value = "READ" } };
        await AskAsync(user, HttpMethod.Patch, $"users/{other}/permissions", patch, HttpStatusCode.Forbidden);

        await gateway.GrantAsync(name, $"/userPermissions/{other}", "READ", "UPDATE");
        await GetAsync(user, $"users/{other}/permissions");
        await AskAsync(user, HttpMethod.Patch, $"users/{other}/permissions", patch, HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task ATreeShowsOnlyWhatThePermissionsInTheQueryAllow()
    {
        var (name, user) = await gateway.UserAsync();
        var (seen, changed) = (await gateway.ConnectionAsync(), await gateway.ConnectionAsync());
        var profile = await gateway.ProfileAsync(changed);
        await gateway.GrantAsync(name, $"/connectionPermissions/{seen}", "READ");
        await gateway.GrantAsync(name, $"/connectionPermissions/{changed}", "READ", "UPDATE");
        await gateway.GrantAsync(name, $"/sharingProfilePermissions/{profile}", "READ");
        var all = await GetAsync(user, "connectionGroups/ROOT/tree");
        Assert.Equal(2, all.GetProperty("childConnections").GetArrayLength());
        var few = (await GetAsync(user, "connectionGroups/ROOT/tree?permission=UPDATE")).GetProperty("childConnections").EnumerateArray()
            .Single();
        Assert.Equal(changed, few.GetProperty("identifier").GetString());
        Assert.False(few.TryGetProperty("sharingProfiles", out _));
    }

    [Fact]
    public async Task NobodyCanGrantAnythingOnTunnelsButIsToldSoLast()
    {
        var (name, _) = await gateway.UserAsync();
        var tunnel = new { op = "add", path = "/activeConnectionPermissions/x", value = "READ" };
        await AskAsync(gateway.Admin, HttpMethod.Patch, $"users/{name}/permissions", new[] { tunnel }, HttpStatusCode.Forbidden);
        await AskAsync(
            gateway.Admin, HttpMethod.Patch, $"users/{name}/permissions",
            new[] { tunnel, new { op = "add", path = "/bogus", value = "READ" } },
            HttpStatusCode.BadRequest);
    }

    private Task<JsonElement> MemberAsync(string path, string value) =>
        AskAsync(gateway.Admin, HttpMethod.Patch, path, new[] { new { op = "add", path = "/", value } }, HttpStatusCode.NoContent);
}
