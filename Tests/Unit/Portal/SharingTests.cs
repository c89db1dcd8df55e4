using System.Net;
using System.Text.Json;

namespace GuacAspire.Tests.Unit.Portal;

/// <summary>Links in the public API.</summary>
public sealed class SharingTests
{
    [Fact]
    public async Task A_new_link_is_told_once_and_its_secret_stands_where_no_server_sees_it()
    {
        await using var app = new PortalApp();
        var (browser, path) = await OwnerAsync(app);
        var link = await (await browser.PostAsJsonAsync(path, new { mode = "view" })).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("http://localhost/shared#THE-SECRET", link.GetProperty("link").GetString());
        var asked = Assert.Single(app.Provisioner.Calls, call => call.Path.EndsWith("/shares", StringComparison.Ordinal));
        Assert.Contains("\"expiresInMinutes\":60", asked.Body, StringComparison.Ordinal);
        var listed = Assert.Single((await (await browser.GetAsync(path)).JsonAsync()).EnumerateArray());
        Assert.Equal(("view", 2), (listed.GetProperty("mode").GetString(), listed.GetProperty("viewers").GetInt32()));
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("link").ValueKind);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.DeleteAsync($"{path}/share")).StatusCode);
    }

    [Fact]
    public async Task Links_are_their_owner_s_business()
    {
        await using var app = new PortalApp();
        var (_, path) = await OwnerAsync(app);
        var stranger = await app.GuestAsync();
        await (await stranger.PostAsJsonAsync(path, new { mode = "view" })).ShouldRefuseAsync(HttpStatusCode.NotFound);
        await (await stranger.GetAsync(path)).ShouldRefuseAsync(HttpStatusCode.NotFound);
        await (await stranger.DeleteAsync($"{path}/share")).ShouldRefuseAsync(HttpStatusCode.NotFound);
        await (await app.Browser().GetAsync(path)).ShouldRefuseAsync(HttpStatusCode.Unauthorized);
        Assert.DoesNotContain(app.Provisioner.Calls, call => call.Path.Contains("shares", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"mode":"own"}""")]
    [InlineData("""{"mode":7}""")]
    [InlineData("""{"mode":"view","expiresInMinutes":0}""")]
    [InlineData("""{"mode":"view","expiresInMinutes":1441}""")]
    public async Task What_a_link_should_be_has_to_make_sense(string body)
    {
        await using var app = new PortalApp();
        var (browser, path) = await OwnerAsync(app);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        await (await browser.PostAsync(path, content)).ShouldRefuseAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Whoever_has_a_link_waits_for_the_owner_and_needs_no_account()
    {
        await using var app = new PortalApp();
        var visitor = app.Browser();
        Assert.Contains("desktop-display", await visitor.GetStringAsync("/shared"), StringComparison.Ordinal);
        var waiting = await visitor.PostAsJsonAsync("/api/shared", new { secret = "THE-SECRET" });
        var problem = await waiting.ShouldRefuseAsync(HttpStatusCode.Conflict);
        Assert.Equal(TimeSpan.FromSeconds(2), waiting.Headers.RetryAfter?.Delta);
        Assert.Equal(("Tea Pot", "view"), (problem.GetProperty("name").GetString(), problem.GetProperty("mode").GetString()));

        app.Provisioner.OwnersAreThere = true;
        var ticket = await (await visitor.PostAsJsonAsync("/api/shared", new { secret = "THE-SECRET" })).JsonAsync();
        Assert.Equal(("VISIT", "mysql-shared"), (ticket.GetProperty("token").GetString(), ticket.GetProperty("dataSource").GetString()));
        Assert.Equal("KEY", ticket.GetProperty("connection").GetString());
        Assert.Equal(("Tea Pot", "view"), (ticket.GetProperty("name").GetString(), ticket.GetProperty("mode").GetString()));
        Assert.DoesNotContain(app.Provisioner.Calls, call => call.Path.Contains("SECRET", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"secret":"another"}""")]
    public async Task What_is_no_link_leads_nowhere(string body)
    {
        await using var app = new PortalApp();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var problem = await (await app.Browser().PostAsync("/api/shared", content)).ShouldRefuseAsync(HttpStatusCode.NotFound);
        Assert.Equal("This link leads nowhere", problem.GetProperty("title").GetString());
    }

    [Fact]
    public async Task An_address_tries_links_only_so_often()
    {
        await using var app = new PortalApp().With("Portal:RedemptionsPerMinute", "2");
        foreach (var expected in new[] { HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.TooManyRequests })
            await (await app.Browser().PostAsJsonAsync("/api/shared", new { secret = "guess" })).ShouldRefuseAsync(expected);
    }

    private static async Task<(Browser Browser, string Path)> OwnerAsync(PortalApp app)
    {
        var browser = await app.GuestAsync();
        return (browser, $"/api/desktops/{app.Provisioner.Add(await PortalApp.UsernameAsync(browser)).Id}/shares");
    }
}
