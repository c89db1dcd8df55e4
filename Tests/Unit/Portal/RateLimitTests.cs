using System.Net;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class RateLimitTests
{
    [Fact]
    public async Task An_address_has_thirty_guests_a_minute()
    {
        await using var app = new PortalApp();
        for (var guest = 0; guest < 30; guest++)
            await app.GuestAsync();

        var refused = await app.Browser().PostAsync("/api/session/guest");

        var problem = await refused.ShouldRefuseAsync(HttpStatusCode.TooManyRequests);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("perAddress", problem.GetProperty("limit").GetString());
        await app.GuestAsync("192.0.2.2");
    }

    [Fact]
    public async Task An_address_has_sixty_launches_a_minute_and_reads_are_not_counted()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        for (var launch = 0; launch < 60; launch++)
            await (await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot" })).JsonAsync(HttpStatusCode.Accepted);

        await (await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot" })).ShouldRefuseAsync(HttpStatusCode.TooManyRequests);
        for (var read = 0; read < 100; read++)
            await (await browser.GetAsync("/api/meshes")).JsonAsync();
    }

    [Fact]
    public async Task A_trusted_proxy_says_whose_address_counts()
    {
        await using var app = new PortalApp().With("Portal:GuestsPerMinute", "1");
        Assert.Equal(HttpStatusCode.OK, await GuestVia(app, "172.17.0.2", "198.51.100.1"));
        Assert.Equal(HttpStatusCode.OK, await GuestVia(app, "172.17.0.2", "198.51.100.2"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GuestVia(app, "172.17.0.2", "198.51.100.1"));
    }

    [Fact]
    public async Task Behind_a_second_proxy_everybody_still_has_an_address()
    {
        await using var app = new PortalApp()
            .With("Portal:GuestsPerMinute", "1").With("Portal:TrustedProxies", "172.17.0.2, 203.0.113.0/24");
        Assert.Equal(HttpStatusCode.OK, await GuestVia(app, "172.17.0.2", "198.51.100.1, 203.0.113.5"));
        Assert.Equal(HttpStatusCode.OK, await GuestVia(app, "172.17.0.2", "198.51.100.2, 203.0.113.5"));
        Assert.Equal(HttpStatusCode.OK, await GuestVia(app, "172.17.0.2", "198.51.100.3, 203.0.113.6, 203.0.113.5"));
        // What stands before the last that is no proxy's the visitor has written.
        Assert.Equal(HttpStatusCode.TooManyRequests, await GuestVia(app, "172.17.0.2", "192.0.2.77, 198.51.100.1, 203.0.113.5"));
    }

    [Fact]
    public async Task A_proxy_that_is_not_trusted_cannot_speak_through_one_that_is()
    {
        await using var app = new PortalApp().With("Portal:GuestsPerMinute", "1");
        Assert.Equal(HttpStatusCode.OK, await GuestVia(app, "172.17.0.2", "198.51.100.1, 203.0.113.5"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GuestVia(app, "172.17.0.2", "198.51.100.2, 203.0.113.5"));
    }

    [Fact]
    public async Task Nobody_else_can_say_so()
    {
        await using var app = new PortalApp().With("Portal:GuestsPerMinute", "1");
        Assert.Equal(HttpStatusCode.OK, await GuestVia(app, "203.0.113.5", "198.51.100.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GuestVia(app, "203.0.113.5", "198.51.100.2"));
    }

    [Fact]
    public async Task The_trusted_proxies_are_configurable()
    {
        await using var app = new PortalApp().With("Portal:GuestsPerMinute", "1").With("Portal:TrustedProxies", "203.0.113.5");
        Assert.Equal(HttpStatusCode.OK, await GuestVia(app, "203.0.113.5", "198.51.100.1"));
        Assert.Equal(HttpStatusCode.OK, await GuestVia(app, "203.0.113.5", "198.51.100.2"));
    }

    private static async Task<HttpStatusCode> GuestVia(PortalApp app, string peer, string forwardedFor)
    {
        var browser = app.Browser(peer);
        browser.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        return (await browser.PostAsync("/api/session/guest")).StatusCode;
    }
}
