using System.Net;

namespace GuacAspire.Tests.StandIns.Dashboard;

public sealed class SignInTests(DashboardHost host) : IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Without_the_token_there_is_only_the_login_page()
    {
        using var browser = host.Browser();
        using var page = await browser.GetAsync(Relative("/"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Equal("/login", page.Headers.Location?.OriginalString);

        foreach (var path in new[] { "/api/resources", "/api/resources/events", "/api/resources/part/logs", "/api/resources/part/logs/events" })
        {
            using var answer = await browser.GetAsync(Relative(path), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        using var command = await browser.PostAsync(
            Relative("/api/resources/part/commands/greet"), null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, command.StatusCode);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("the-token-of-this-tes")]
    [InlineData("THE-TOKEN-OF-THIS-TEST")]
    public async Task A_wrong_token_is_refused(string token)
    {
        using var browser = host.Browser();
        using var link = await browser.GetAsync(Relative($"/login?t={token}"), TestContext.Current.CancellationToken);
        using var form = await browser.PostAsync(Relative("/login"), Form(token), TestContext.Current.CancellationToken);
        Assert.All([link, form], answer =>
        {
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        });
    }

    [Fact]
    public async Task The_link_is_exchanged_for_a_cookie_and_leaves_the_address()
    {
        using var browser = host.Browser();
        using var answer = await browser.GetAsync(Relative($"/login?t={DashboardHost.Token}"), TestContext.Current.CancellationToken);
        Assert.Equal("/", answer.Headers.Location?.OriginalString);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(DashboardHost.Token, cookie, StringComparison.Ordinal);

        using var page = await browser.GetAsync(Relative("/"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains(
            "frame-ancestors 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_and_the_whole_link_can_be_pasted()
    {
        foreach (var text in new[] { DashboardHost.Token, $" {host.Address}login?t={DashboardHost.Token} " })
        {
            using var browser = host.Browser();
            using var answer = await browser.PostAsync(Relative("/login"), Form(text), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        }
    }

    [Fact]
    public async Task After_signing_out_the_token_is_needed_again()
    {
        using var browser = await host.SignedInAsync();
        using var signOut = await browser.PostAsync(Relative("/logout"), null, TestContext.Current.CancellationToken);
        using var answer = await browser.GetAsync(Relative("/api/resources"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Another_host_name_is_refused()
    {
        using var browser = await host.SignedInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Relative("/"));
        request.Headers.Host = "rebound.example";
        using var answer = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "http://localhost:8080")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Another_sites_page_cannot_run_a_command(string header, string value)
    {
        using var browser = await host.SignedInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Relative("/api/resources/part/commands/greet"));
        request.Headers.Add(header, value);
        using var answer = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    private static FormUrlEncodedContent Form(string token) => new([new("t", token)]);
}
