using System.Net;

namespace GuacAspire.Tests.Unit.Portal;

/// <summary>What the Provisioner says no to, and what it does not say at all.</summary>
public sealed class OutageTests
{
    private const int Many = 150;

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.InsufficientStorage, HttpStatusCode.InsufficientStorage)]
    [InlineData(HttpStatusCode.InternalServerError, HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.BadGateway, HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.GatewayTimeout, HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.RequestTimeout, HttpStatusCode.RequestTimeout)]
    public async Task However_often_one_person_is_refused_nobody_else_is(HttpStatusCode refusal, HttpStatusCode told)
    {
        await using var app = NewApp();
        var (greedy, other) = (await app.GuestAsync(), await app.GuestAsync("192.0.2.2"));
        var name = await PortalApp.UsernameAsync(greedy);
        app.Provisioner.Override = call => call.Body.Contains($"\"{name}\"", StringComparison.Ordinal)
            || call.Path.EndsWith($"={name}", StringComparison.Ordinal)
            ? FakeProvisioner.Problem(refusal, "Not now", "There is a limit.")
            : null;
        for (var attempt = 0; attempt < Many; attempt++)
        {
            var answer = attempt % 2 == 0 ? await LaunchAsync(greedy) : await greedy.GetAsync("/api/desktops");
            Assert.Equal("Not now", (await answer.ShouldRefuseAsync(told)).GetProperty("title").GetString());
        }

        await (await other.GetAsync("/api/desktops")).JsonAsync();
        await (await LaunchAsync(other)).JsonAsync(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task An_outage_is_over_for_everybody_when_it_is_over()
    {
        await using var app = NewApp();
        var browser = await app.GuestAsync();
        app.Provisioner.Down = true;
        for (var attempt = 0; attempt < Many; attempt++)
            await (await LaunchAsync(browser)).ShouldRefuseAsync(HttpStatusCode.ServiceUnavailable);
        app.Provisioner.Down = false;
        await (await LaunchAsync(browser)).JsonAsync(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task What_nobody_answered_is_asked_again_and_not_done_again()
    {
        await using var app = NewApp();
        var browser = await app.GuestAsync();
        app.Provisioner.Down = true;
        await (await LaunchAsync(browser)).ShouldRefuseAsync(HttpStatusCode.ServiceUnavailable);
        await (await browser.GetAsync("/api/desktops")).ShouldRefuseAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Single(app.Provisioner.Calls, call => call.Method == "POST" && call.Path == "/desktops");
        Assert.Equal(
            3, app.Provisioner.Calls.Count(call => call.Method == "GET" && call.Path.StartsWith("/desktops?", StringComparison.Ordinal)));
    }

    private static PortalApp NewApp() => new PortalApp().With("Portal:LaunchesPerMinute", "1000");

    private static Task<HttpResponseMessage> LaunchAsync(Browser browser) =>
        browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot" });
}
