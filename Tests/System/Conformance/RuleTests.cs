using System.Net;
using System.Text.Json;
using static GuacAspire.Tests.EndToEnd.Conformance.RuleGateway;

namespace GuacAspire.Tests.EndToEnd.Conformance;

/// <summary>Rules of the stock server that no recording shows: about objects, parents and names.</summary>
public sealed class RuleTests(RuleGateway gateway) : IClassFixture<RuleGateway>
{
    [Fact]
    public async Task DeletingASharingProfileNeedsUpdateOnItsConnection()
    {
        var (name, user) = await gateway.UserAsync();
        var connection = await gateway.ConnectionAsync();
        var profile = await gateway.ProfileAsync(connection);
        await gateway.GrantAsync(name, $"/sharingProfilePermissions/{profile}", "READ", "DELETE");
        await gateway.GrantAsync(name, $"/connectionPermissions/{connection}", "READ");
        await AskAsync(user, HttpMethod.Delete, $"sharingProfiles/{profile}", null, HttpStatusCode.Forbidden);
        await gateway.GrantAsync(name, $"/connectionPermissions/{connection}", "UPDATE");
        await AskAsync(user, HttpMethod.Delete, $"sharingProfiles/{profile}", null, HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task AParentThatMayNotBeChangedIsRefusedBeforeAnyName()
    {
        var (name, user) = await gateway.UserAsync();
        await gateway.GrantAsync(name, "/systemPermissions", "CREATE_CONNECTION");
        foreach (var parent in (string[])["999", "nonsense"])
        {
            var blank = new { name = "", protocol = "vnc", parentIdentifier = parent, attributes = new { } };
            await AskAsync(user, HttpMethod.Post, "connections", blank, HttpStatusCode.Forbidden);
            await AskAsync(gateway.Admin, HttpMethod.Post, "connections", blank, HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task AParameterThatIsTooLongIsRefusedBeforeAnyPermission()
    {
        var (_, user) = await gateway.UserAsync();
        var connection =
            new { name = gateway.Name(), protocol = "vnc", parameters = new { a = new string('x', 4097) }, attributes = new { } };
        await AskAsync(user, HttpMethod.Post, "connections", connection, HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("users/😀", HttpStatusCode.BadRequest)]
    [InlineData("history/users?contains=😀", HttpStatusCode.OK)]
    [InlineData("history/connections?contains=😀", HttpStatusCode.OK)]
    [InlineData("history/connections?order=", HttpStatusCode.BadRequest)]
    [InlineData("history/users/999?order=bogus", HttpStatusCode.NotFound)]
    [InlineData("history/connections?contains=2026-99", HttpStatusCode.OK)]
    [InlineData("history/connections?contains=9999-99-99", HttpStatusCode.OK)]
    [InlineData("connections?permission=BOGUS", HttpStatusCode.NotFound)]
    [InlineData("activeConnections?permission=BOGUS", HttpStatusCode.NotFound)]
    public async Task OddQueriesHarmNothing(string path, HttpStatusCode expected) => await GetAsync(gateway.Admin, path, expected);

    [Fact]
    public async Task ASharingProfileKeepsTheParametersThatAReplacementDoesNotMention()
    {
        var connection = await gateway.ConnectionAsync();
        var profile = await gateway.ProfileAsync(connection);
        var replacement = new { name = gateway.Name(), primaryConnectionIdentifier = connection };
        await AskAsync(gateway.Admin, HttpMethod.Put, $"sharingProfiles/{profile}", replacement, HttpStatusCode.NoContent);
        var parameters = await GetAsync(gateway.Admin, $"connections/{connection}/sharingProfiles/{profile}/parameters");
        Assert.Equal("""{"read-only":"true"}""", parameters.GetRawText());
    }

    [Fact]
    public async Task TheSharingProfilesOfAConnectionAreAViewInWhichNothingChanges()
    {
        var connection = await gateway.ConnectionAsync();
        var profile = await gateway.ProfileAsync(connection);
        var path = $"connections/{connection}/sharingProfiles";
        Assert.Single((await GetAsync(gateway.Admin, path)).EnumerateObject());
        await GetAsync(gateway.Admin, $"{path}/{await gateway.ProfileAsync(await gateway.ConnectionAsync())}", HttpStatusCode.NotFound);
        await AskAsync(gateway.Admin, HttpMethod.Post, path, null, HttpStatusCode.BadRequest);
        foreach (var (method,
            below) in new[] { (HttpMethod.Post, ""), (HttpMethod.Put, $"/{profile}"), (HttpMethod.Delete, $"/{profile}") })
            await AskAsync(gateway.Admin, method, path + below, new { name = "x" }, HttpStatusCode.NotImplemented);
        await AskAsync(gateway.Admin, HttpMethod.Patch, path, Array.Empty<object>(), HttpStatusCode.NotImplemented);
    }

    [Fact]
    public async Task APatchNamesAUserByItsPathAlone()
    {
        var (name, _) = await gateway.UserAsync();
        var patch = new { op = "replace", path = $"/{name}", value = new { attributes = new Dictionary<string, string> { ["guac-full-name"] = "Full" } } };
        await AskAsync(gateway.Admin, HttpMethod.Patch, "users", new[] { patch }, HttpStatusCode.OK);
        var user = await GetAsync(gateway.Admin, $"users/{name}");
        Assert.Equal("Full", user.GetProperty("attributes").GetProperty("guac-full-name").GetString());
    }

    [Fact]
    public async Task APatchOfWhichAPartFailsChangesNothingAndSaysWhy()
    {
        var (first, second) = (gateway.Name(), gateway.Name());
        object Add(string name) => new { op = "add", path = "/", value = new { identifier = name } };
        var error = await AskAsync(
            gateway.Admin, HttpMethod.Patch, "userGroups", new[] { Add(first), Add(second), Add(first) }, HttpStatusCode.BadRequest);
        var patches = error.GetProperty("patches").EnumerateArray().ToList();
        Assert.Equal([false, false, true], patches.Select(patch => patch.TryGetProperty("error", out _)));
        Assert.All(patches, patch => Assert.Equal(JsonValueKind.Null, patch.GetProperty("identifier").ValueKind));
        await GetAsync(gateway.Admin, $"userGroups/{second}", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("connections", "max-connections", "weight", "guacd-port")]
    [InlineData("connectionGroups", "max-connections", "max-connections-per-user")]
    public async Task WhatIsNoNumberLeavesTheNumberAsItIs(string directory, params string[] names)
    {
        object Value(string number) => new
        {
            name = $"numbers of {directory}",
            protocol = "vnc",
            type = "ORGANIZATIONAL",
            parameters = new { },
            attributes = names.ToDictionary(name => name, _ => number),
        };
        var path = $"{directory}/{await gateway.CreateAsync(directory, Value("5"))}";
        foreach (var (sent, kept) in new[] { ("many", "5"), ("99999999999", "5"), ("+7", "7"), ("", null) })
        {
            await AskAsync(gateway.Admin, HttpMethod.Put, path, Value(sent), HttpStatusCode.NoContent);
            var attributes = (await GetAsync(gateway.Admin, path)).GetProperty("attributes");
            Assert.All(names, name => Assert.Equal(kept, attributes.GetProperty(name).GetString()));
        }
    }

    [Fact]
    public async Task AMemberWithoutANameIsNobody()
    {
        var group = gateway.Name();
        await gateway.CreateAsync("userGroups", new { identifier = group });
        var patch = new[] { new { op = "add", path = "/" } };
        await AskAsync(gateway.Admin, HttpMethod.Patch, $"userGroups/{group}/memberUsers", patch, HttpStatusCode.NoContent);
    }
}
