using System.Net;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class ScreenTests
{
    [Fact]
    public async Task The_size_of_the_window_is_passed_on_and_the_screen_s_comes_back()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var desktop = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));

        var size = await (await browser.PutAsJsonAsync($"/api/desktops/{desktop.Id}/screen", new { width = 2560, height = 1440 }))
            .JsonAsync();

        Assert.Equal((1920, 1080), (size.GetProperty("width").GetInt32(), size.GetProperty("height").GetInt32()));
        var call = Assert.Single(app.Provisioner.Calls, call => call.Method == "PUT");
        Assert.Equal(($"/desktops/{desktop.Id}/screen", """{"width":2560,"height":1440}"""), (call.Path, call.Body));
    }

    [Fact]
    public async Task Somebody_else_s_desktop_does_not_exist()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var theirs = app.Provisioner.Add("somebody-else");
        var size = new { width = 1280, height = 800 };
        await (await browser.PutAsJsonAsync($"/api/desktops/{theirs.Id}/screen", size)).ShouldRefuseAsync(HttpStatusCode.NotFound);
        await (await app.Browser().PutAsJsonAsync($"/api/desktops/{theirs.Id}/screen", size))
            .ShouldRefuseAsync(HttpStatusCode.Unauthorized);
        Assert.DoesNotContain(app.Provisioner.Calls, call => call.Method == "PUT");
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Conflict)]
    public async Task What_the_Provisioner_refuses_is_refused_in_its_words(HttpStatusCode status)
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var desktop = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));
        app.Provisioner.Override = call => call.Method == "PUT" ? FakeProvisioner.Problem(status, "No", "Not like this.") : null;
        var response = await browser.PutAsJsonAsync($"/api/desktops/{desktop.Id}/screen", new { width = 1, height = 1 });
        Assert.Equal("Not like this.", (await response.ShouldRefuseAsync(status)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task What_is_no_size_is_refused()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var desktop = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));
        await (await browser.PutAsJsonAsync($"/api/desktops/{desktop.Id}/screen", new { width = "wide" }))
            .ShouldRefuseAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_launch_takes_the_size_of_the_window_along()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot", width = 1600, height = 900 });
        var launch = Assert.Single(app.Provisioner.Calls, call => call is { Method: "POST", Path: "/desktops" });
        Assert.Contains("\"width\":1600,\"height\":900", launch.Body, StringComparison.Ordinal);
    }
}
