using System.Net;
using System.Text.Json.Nodes;
using Guacamole.Client;

namespace GuacAspire.Tests.Unit.GuacamoleClient;

public class GuacamoleObjectsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_is_created_with_what_a_real_client_sends()
    {
        var server = new RecordedServer(124);
        var sent = RecordedServer.BodyOf(124)!;
        var connection = await server.Session.CreateConnectionAsync(
            new((string)sent["name"]!, (string)sent["protocol"]!)
            {
                Parameters = Map(sent["parameters"]!),
                Attributes = Map(sent["attributes"]!),
            },
            Cancellation);
        Assert.Equal("1", connection.Identifier);
        Assert.Equal("127.0.0.1", connection.Parameters!["hostname"]);
        var body = JsonNode.Parse(server.Requests[0].Body)!;
        foreach (var (name, value) in sent.AsObject())
            Assert.True(JsonNode.DeepEquals(value, body[name]), name);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_a_bad_request()
    {
        var e = await Assert.ThrowsAsync<GuacamoleException>(
            () => new RecordedServer(139).Session.CreateConnectionAsync(new("vnc one", "vnc"), Cancellation));
        Assert.Equal((GuacamoleErrorType.BadRequest, HttpStatusCode.BadRequest), (e.Type, e.Status));
        Assert.Equal("The connection \"vnc one\" already exists.", e.Message);
    }

    [Fact]
    public async Task A_translated_error_carries_its_key()
    {
        var e = await Assert.ThrowsAsync<GuacamoleException>(
            () => new RecordedServer(163).Session.CreateConnectionAsync(new("long", "vnc"), Cancellation));
        Assert.Equal("CONNECTION_PARAMETERS.DATABASE_PARAMETER_VALUE_TOO_LONG", e.TranslationKey);
    }

    [Fact]
    public async Task A_missing_connection_is_not_found() =>
        await Assert.ThrowsAsync<GuacamoleNotFoundException>(
            () => new RecordedServer(168).Session.GetConnectionAsync("9999", Cancellation));

    [Fact]
    public async Task Parameters_are_read()
    {
        var parameters = await new RecordedServer(126).Session.GetConnectionParametersAsync("1", Cancellation);
        Assert.Equal("5999", parameters["port"]);
    }

    [Fact]
    public async Task Users_are_listed_with_times_and_without_passwords()
    {
        var users = await new RecordedServer(82).Session.ListUsersAsync(Cancellation);
        var admin = users["guacadmin"];
        Assert.Null(admin.Password);
        Assert.Equal(2026, admin.LastActive!.Value.Year);
    }

    [Fact]
    public async Task A_user_without_attributes_still_sends_them()
    {
        var server = new RecordedServer(350);
        await server.Session.UpdateUserAsync(new("joe") { Password = "joepw2" }, Cancellation);
        Assert.True(JsonNode.DeepEquals(RecordedServer.BodyOf(350), JsonNode.Parse(server.Requests[0].Body)));
    }

    [Fact]
    public async Task A_name_with_odd_characters_is_spelled_as_a_real_client_does()
    {
        var server = new RecordedServer(329);
        await server.Session.DeleteUserAsync("a b@d.e%f+ü", Cancellation);
        Assert.Equal(RecordedServer.PathOf(329), server.Requests[0].Message.RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task A_permission_is_granted_with_what_a_real_client_sends()
    {
        var server = new RecordedServer(648);
        await server.Session.ChangePermissionsAsync(
            "viewer", [GuacamolePermissionChange.GrantConnection("25", GuacamoleAccess.Read)], Cancellation);
        Assert.Equal(RecordedServer.PathOf(648), server.Requests[0].Message.RequestUri!.AbsolutePath);
        Assert.True(JsonNode.DeepEquals(RecordedServer.BodyOf(648), JsonNode.Parse(server.Requests[0].Body)));
    }

    [Fact]
    public async Task Permissions_are_read()
    {
        var permissions = await new RecordedServer(85).Session.GetEffectivePermissionsAsync(Cancellation);
        Assert.Contains("ADMINISTER", permissions.SystemPermissions);
        Assert.Equal([GuacamoleAccess.Read, GuacamoleAccess.Update, GuacamoleAccess.Administer], permissions.UserPermissions["guacadmin"]);
    }

    [Fact]
    public async Task Active_connections_of_others_hide_whose_they_are()
    {
        var active = Assert.Single(await new RecordedServer(662).Session.ListActiveConnectionsAsync(Cancellation)).Value;
        Assert.Equal(("25", null, false), (active.ConnectionIdentifier, active.Username, active.Connectable));
    }

    [Fact]
    public async Task Active_connections_are_killed_with_what_a_real_client_sends()
    {
        var server = new RecordedServer(709);
        await server.Session.KillActiveConnectionsAsync(["8063df49-c55f-347b-802d-0c1168c0c119"], Cancellation);
        Assert.True(JsonNode.DeepEquals(RecordedServer.BodyOf(709), JsonNode.Parse(server.Requests[0].Body)));
    }

    [Fact]
    public async Task A_sharing_profile_is_created_and_replaced_with_what_a_real_client_sends()
    {
        var server = new RecordedServer(276, 290, 286);
        var profile = await server.Session.CreateSharingProfileAsync(
            new("watch", "1") { Parameters = Map(RecordedServer.BodyOf(276)!["parameters"]!) }, Cancellation);
        Assert.Equal("1", profile.Identifier);
        await server.Session.UpdateSharingProfileAsync(
            profile with { Name = "watch2", Identifier = "1", Parameters = Map(RecordedServer.BodyOf(290)!["parameters"]!) }, Cancellation);
        Assert.Equal(RecordedServer.PathOf(290), server.Requests[1].Message.RequestUri!.AbsolutePath);
        foreach (var (name, value) in RecordedServer.BodyOf(290)!.AsObject())
            Assert.True(JsonNode.DeepEquals(value, JsonNode.Parse(server.Requests[1].Body)![name]), name);
        Assert.Equal(
            ["collab", "watch"], (await server.Session.ListSharingProfilesAsync("1", Cancellation)).Values.Select(one => one.Name).Order());
    }

    [Fact]
    public async Task A_key_to_what_somebody_shares_is_read_and_lets_one_in()
    {
        var server = new RecordedServer(673, 679);
        var key = await server.Session.GetSharingKeyAsync("8063df49-c55f-347b-802d-0c1168c0c119", "7", Cancellation);
        Assert.Equal(RecordedServer.PathOf(673), server.Requests[0].Message.RequestUri!.AbsolutePath);
        var login = await server.Client.LoginAsync([new("key", key)], Cancellation);
        Assert.Equal(("", "mysql-shared"), (login.Username, login.DataSource));
        Assert.Equal($"key={key}", server.Requests[1].Body);
    }

    private static Dictionary<string, string?> Map(JsonNode node) =>
        node.AsObject().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
}
