using System.Net;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class SameOriginTests(SharedPortal portal) : IClassFixture<SharedPortal>
{
    [Theory]
    [InlineData(null, null, true)]
    [InlineData("http://localhost", null, true)]
    [InlineData("http://localhost", "same-origin", true)]
    [InlineData(null, "none", true)]
    [InlineData("http://evil.example", null, false)]
    [InlineData("http://localhost.evil.example", null, false)]
    [InlineData("http://localhost:8081", null, false)]
    [InlineData("null", null, false)]
    [InlineData("file://", null, false)]
    [InlineData(null, "cross-site", false)]
    [InlineData(null, "same-site", false)]
    [InlineData("http://localhost", "cross-site", false)]
    public async Task Changes_are_taken_from_the_portals_own_pages_only(string? origin, string? site, bool passes)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/session/guest");
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);

        var response = await portal.App.Browser().SendAsync(request);

        if (passes)
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        else
            await response.ShouldRefuseAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_page_may_be_linked_from_anywhere()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        Assert.Equal(HttpStatusCode.OK, (await portal.App.Browser().SendAsync(request)).StatusCode);
    }
}
