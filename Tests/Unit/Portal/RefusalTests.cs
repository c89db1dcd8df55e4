using System.Net;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class RefusalTests(SharedPortal portal) : IClassFixture<SharedPortal>
{
    [Theory]
    [InlineData("GET", "/api/session")]
    [InlineData("GET", "/api/meshes")]
    [InlineData("GET", "/api/desktops")]
    [InlineData("GET", "/api/limits")]
    [InlineData("POST", "/api/desktops/x/ticket")]
    [InlineData("DELETE", "/api/desktops/x")]
    public async Task Without_a_session_every_call_is_refused(string method, string path)
    {
        var response = await portal.App.Browser().SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        await response.ShouldRefuseAsync(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"username":"ada"}""")]
    [InlineData("""{}""")]
    [InlineData("{\"username\":")]
    public async Task Half_a_sign_in_is_refused_without_asking_Guacamole(string body)
    {
        var response = await portal.App.Browser().PostAsync("/api/session", new StringContent(body, null, "application/json"));
        await response.ShouldRefuseAsync(HttpStatusCode.BadRequest);
        Assert.Empty(portal.App.Guacamole.Calls);
    }

    [Theory]
    [InlineData("""{"mesh":"no-such-mesh"}""", HttpStatusCode.NotFound)]
    [InlineData("""{"mesh":"../teapot"}""", HttpStatusCode.NotFound)]
    [InlineData("""{"mesh":""}""", HttpStatusCode.BadRequest)]
    [InlineData("""{}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"mesh":""", HttpStatusCode.BadRequest)]
    [InlineData("""{"mesh":7}""", HttpStatusCode.BadRequest)]
    public async Task A_launch_of_nothing_is_refused(string body, HttpStatusCode status)
    {
        var browser = await portal.App.GuestAsync();
        var response = await browser.PostAsync("/api/desktops", new StringContent(body, null, "application/json"));
        await response.ShouldRefuseAsync(status);
        Assert.False(portal.App.Provisioner.WasCalled("POST", "/desktops"));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/events")]
    [InlineData("POST", "/ticket")]
    [InlineData("POST", "/save")]
    [InlineData("GET", "/file")]
    [InlineData("DELETE", "")]
    [InlineData("DELETE", "?discard=true")]
    public async Task Somebody_elses_desktop_is_none(string method, string call)
    {
        var browser = await portal.App.GuestAsync();
        var desktop = portal.App.Provisioner.Add("somebody-else");

        var response = await browser.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/api/desktops/{desktop.Id}{call}"));

        await response.ShouldRefuseAsync(HttpStatusCode.NotFound);
        var made = Assert.Single(portal.App.Provisioner.Calls, made => made.Path.Contains(desktop.Id, StringComparison.Ordinal));
        Assert.Equal(("GET", $"/desktops/{desktop.Id}"), (made.Method, made.Path));
    }
}
