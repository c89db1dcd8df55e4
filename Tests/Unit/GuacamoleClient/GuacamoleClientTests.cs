using System.Net;
using Guacamole.Client;

namespace GuacAspire.Tests.Unit.GuacamoleClient;

public class GuacamoleClientTests
{
    [Fact]
    public async Task A_login_yields_a_token_and_sends_its_secrets_in_the_body()
    {
        var server = new RecordedServer(1);
        var login = await server.Client.LoginAsync("guacadmin", "guacadmin", TestContext.Current.CancellationToken);
        Assert.Equal(("guacadmin", "mysql"), (login.Username, login.DataSource));
        Assert.Equal(64, login.AuthToken.Length);
        var (request, body) = Assert.Single(server.Requests);
        Assert.Equal("http://guacamole.test/guacamole/api/tokens", request.RequestUri!.AbsoluteUri);
        Assert.Equal("username=guacadmin&password=guacadmin", body);
    }

    [Fact]
    public async Task A_login_for_somebody_else_says_where_that_one_is()
    {
        var server = new RecordedServer(1, 1);
        await server.Client.LoginAsync("guacadmin", "guacadmin", IPAddress.Parse("2001:db8::7"), TestContext.Current.CancellationToken);
        await server.Client.LoginAsync("guacadmin", "guacadmin", TestContext.Current.CancellationToken);
        Assert.Equal(["2001:db8::7"], server.Requests[0].Message.Headers.GetValues("X-Forwarded-For"));
        Assert.False(server.Requests[1].Message.Headers.Contains("X-Forwarded-For"));
    }

    [Fact]
    public async Task A_wrong_password_is_an_exception_of_its_own()
    {
        var server = new RecordedServer(2);
        var e = await Assert.ThrowsAsync<GuacamoleInvalidCredentialsException>(
            () => server.Client.LoginAsync("guacadmin", "wrong", TestContext.Current.CancellationToken));
        Assert.Equal(("Invalid login", GuacamoleErrorType.InvalidCredentials), (e.Message, e.Type));
        Assert.Equal(["username", "password"], e.Expected);
    }

    [Fact]
    public async Task A_logout_puts_the_token_into_no_url_and_may_be_repeated()
    {
        var server = new RecordedServer(623, 624);
        await server.Client.LogoutAsync("THE-TOKEN", TestContext.Current.CancellationToken);
        await server.Client.LogoutAsync("THE-TOKEN", TestContext.Current.CancellationToken);
        Assert.All(server.Requests, request =>
        {
            Assert.Equal("http://guacamole.test/guacamole/api/session", request.Message.RequestUri!.AbsoluteUri);
            Assert.Equal(["THE-TOKEN"], request.Message.Headers.GetValues("Guacamole-Token"));
        });
    }

    [Fact]
    public async Task A_token_can_be_checked()
    {
        var server = new RecordedServer(36, 38);
        Assert.True(await server.Client.IsValidAsync("good", TestContext.Current.CancellationToken));
        Assert.False(await server.Client.IsValidAsync("bad", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Tunnels_are_listed()
    {
        var server = new RecordedServer(650);
        Assert.Single(await server.Client.ListTunnelsAsync("token", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_session_with_credentials_signs_in_once_and_again_when_its_token_has_expired()
    {
        // Sign in, list; the token is refused, sign in, list.
        var server = new RecordedServer(1, 88, 622, 1, 88);
        var session = server.Client.UseCredentials("guacadmin", "guacadmin", "mysql");
        Assert.Empty(await session.ListConnectionsAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await session.ListConnectionsAsync(TestContext.Current.CancellationToken));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task What_is_forbidden_stays_forbidden_after_one_new_login()
    {
        var server = new RecordedServer(1, 360, 1, 360);
        var session = server.Client.UseCredentials("guacadmin", "guacadmin", "mysql");
        var e = await Assert.ThrowsAsync<GuacamolePermissionDeniedException>(
            () => session.UpdateUserAsync(new("guacadmin") { Password = "x" }, TestContext.Current.CancellationToken));
        Assert.StartsWith("Permission denied. The password update endpoint", e.Message, StringComparison.Ordinal);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task A_given_token_is_not_renewed()
    {
        var server = new RecordedServer(622);
        await Assert.ThrowsAsync<GuacamolePermissionDeniedException>(
            () => server.Session.GetSelfAsync(TestContext.Current.CancellationToken));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Many_calls_at_once_share_one_login()
    {
        var server = new RecordedServer(1, 88, 88, 88, 88);
        var session = server.Client.UseCredentials("guacadmin", "guacadmin", "mysql");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => session.ListConnectionsAsync(TestContext.Current.CancellationToken)));
        Assert.Single(server.Requests, request => request.Message.Method == HttpMethod.Post);
    }

    [Fact]
    public async Task What_is_no_Guacamole_is_unreachable_not_missing()
    {
        var e = await Assert.ThrowsAnyAsync<GuacamoleException>(
            () => new RecordedServer(51).Session.GetSelfAsync(TestContext.Current.CancellationToken));
        Assert.IsNotType<GuacamoleNotFoundException>(e);
        Assert.Equal(HttpStatusCode.NotFound, e.Status);
        Assert.DoesNotContain("<", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_away_is_unreachable()
    {
        var client = new Guacamole.Client.GuacamoleClient(new() { BaseAddress = new("http://127.0.0.1:9/guacamole") });
        var e = await Assert.ThrowsAsync<GuacamoleUnreachableException>(
            () => client.LoginAsync("a", "b", TestContext.Current.CancellationToken));
        Assert.True(e.IsPassing);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, GuacamoleErrorType.InternalError, true)]
    [InlineData(HttpStatusCode.InternalServerError, GuacamoleErrorType.InternalError, true)]
    [InlineData(HttpStatusCode.BadGateway, GuacamoleErrorType.Unknown, true)]
    [InlineData(HttpStatusCode.GatewayTimeout, GuacamoleErrorType.Unknown, true)]
    [InlineData(HttpStatusCode.InternalServerError, GuacamoleErrorType.Unknown, false)]
    [InlineData(HttpStatusCode.NotImplemented, GuacamoleErrorType.InternalError, false)]
    [InlineData(HttpStatusCode.BadRequest, GuacamoleErrorType.BadRequest, false)]
    [InlineData(HttpStatusCode.TooManyRequests, GuacamoleErrorType.BadRequest, false)]
    public void Some_answers_may_be_another_in_a_moment(HttpStatusCode status, GuacamoleErrorType type, bool isPassing) =>
        Assert.Equal(isPassing, new GuacamoleException("No.", type, status).IsPassing);
}
