using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

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

    [Fact]
    public async Task A_failure_is_as_guarded_as_any_other_answer()
    {
        var browser = await portal.App.GuestAsync();
        foreach (var path in new[] { "/api/limits", "/api/meshes" })
        {
            using var upload = new StringContent("no form", null, "application/json");
            using var answer = path == "/api/meshes" ? await browser.PostAsync(path, upload) : await browser.GetAsync(path);
            Assert.Equal(path == "/api/limits", answer.IsSuccessStatusCode);
            Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
            Assert.Equal(["DENY"], answer.Headers.GetValues("X-Frame-Options"));
            Assert.Contains(
                "frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.True(answer.Headers.CacheControl?.NoStore);
        }
    }

    [Fact]
    public void Nobody_has_the_portal_hold_large_bodies_in_memory() => Assert.InRange(
        portal.App.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize!.Value, 1, 1 << 20);

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
