using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GuacAspire.Tests.Unit.Portal;

public sealed partial class PageTests
{
    [Fact]
    public async Task The_front_page_is_the_way_in_or_the_catalogue()
    {
        await using var app = new PortalApp();
        Assert.Contains("signin-guest", await app.Browser().GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Contains("Pick a mesh", await (await app.GuestAsync()).GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_desktops_page_leads_through_the_way_in()
    {
        await using var app = new PortalApp();
        var response = await app.Browser().GetAsync("/desktops/abc");
        Assert.Equal("/?return=%2Fdesktops%2Fabc", response.Headers.Location?.OriginalString);
        Assert.Contains("desktop-display", await (await app.GuestAsync()).GetStringAsync("/desktops/abc"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/desktops/abc")]
    [InlineData("/shared")]
    [InlineData("/nothing-here")]
    public async Task No_page_needs_other_inline_code_than_the_one_script_nor_another_host(string path)
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var response = await browser.GetAsync(path);
        var script = (await browser.GetStringAsync("/")).Split("<script>")[1].Split("</script>")[0];
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotMatch(Inline(), html.Replace($"<script>{script}</script>", "", StringComparison.Ordinal));
        var policy = string.Join(' ', response.Headers.GetValues("Content-Security-Policy"));
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        Assert.Contains($"script-src 'self' 'sha256-{hash}';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Every_file_that_a_page_names_is_there()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        foreach (var page in new[] { "/signin.html", "/home.html", "/desktop.html", "/shared.html", "/notfound.html" })
        {
            foreach (Match link in Links().Matches(await browser.GetStringAsync(page)))
                Assert.Equal((link.Value, HttpStatusCode.OK), (link.Value, (await browser.GetAsync(link.Groups[1].Value)).StatusCode));
        }
    }

    [Fact]
    public async Task A_wrong_address_is_said_in_words()
    {
        await using var app = new PortalApp();
        var page = await app.Browser().GetAsync("/nothing-here");
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        await (await app.Browser().GetAsync("/api/nothing-here")).ShouldRefuseAsync(HttpStatusCode.NotFound);
        await (await app.Browser().PutAsync("/api/session")).ShouldRefuseAsync(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task The_API_describes_itself()
    {
        await using var app = new PortalApp();
        var document = JsonDocument.Parse(await app.Browser().GetStringAsync("/openapi/v1.json")).RootElement;
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        Assert.All(
            ["/api/session", "/api/session/guest", "/api/meshes", "/api/desktops", "/api/desktops/{id}/ticket", "/api/desktops/{id}/shares",
                "/api/shared", "/api/limits"],
            path => Assert.Contains(path, paths));
        var launch = document.GetProperty("paths").GetProperty("/api/desktops").GetProperty("post");
        Assert.DoesNotContain(
            launch.GetProperty("parameters").EnumerateArray(),
            parameter => parameter.GetProperty("name").GetString() == "session");
    }

    [GeneratedRegex("""<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|<style|https?://(?!www\.w3\.org)""", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("(?:src|href)=\"(/[^\"]+)\"")]
    private static partial Regex Links();
}
