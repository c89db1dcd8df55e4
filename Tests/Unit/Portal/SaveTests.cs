using System.Net;

namespace GuacAspire.Tests.Unit.Portal;

/// <summary>Saved work in the public API.</summary>
public sealed class SaveTests
{
    private static readonly DateTimeOffset Then = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_names_what_one_has_saved_and_no_owner()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var mine = Add(app, "a-1", await PortalApp.UsernameAsync(browser));
        Add(app, "b-1", "somebody-else");
        var save = Assert.Single((await (await browser.GetAsync("/api/saves")).JsonAsync()).EnumerateArray());
        Assert.Equal(mine.Id, save.GetProperty("id").GetString());
        Assert.Equal("teapot", save.GetProperty("mesh").GetString());
        Assert.False(save.TryGetProperty("owner", out _));
    }

    [Fact]
    public async Task It_is_downloaded_under_its_name_and_removed_by_its_owner_alone()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var mine = Add(app, "a-1", await PortalApp.UsernameAsync(browser));
        var theirs = Add(app, "b-1", "somebody-else");

        var file = await browser.GetAsync($"/api/saves/{mine.Id}/file");
        Assert.Equal("tea-pot.blend", file.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal(Then, file.Content.Headers.LastModified);
        Assert.Equal("BLENDER", await file.Content.ReadAsStringAsync(Cancellation));
        await (await browser.GetAsync($"/api/saves/{theirs.Id}/file")).ShouldRefuseAsync(HttpStatusCode.NotFound);
        await (await browser.DeleteAsync($"/api/saves/{theirs.Id}")).ShouldRefuseAsync(HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.DeleteAsync($"/api/saves/{mine.Id}")).StatusCode);
    }

    [Theory]
    [InlineData("a-1", "a-1")]
    [InlineData("latest", "a-1")]
    [InlineData("a-0", "a-0")]
    public async Task A_launch_resumes_it_and_sends_no_mesh(string asked, string resumed)
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        Add(app, "a-1", await PortalApp.UsernameAsync(browser));
        var answer = await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot", resume = asked });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var launch = Assert.Single(app.Provisioner.Calls, call => call is { Method: "POST", Path: "/desktops" });
        // One that is not in the list may have been replaced, which the Provisioner knows.
        Assert.Contains($"\"resume\":\"{resumed}\"", launch.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("name=file", launch.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_opened_in_place_of_what_was_picked_is_said()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var owner = await PortalApp.UsernameAsync(browser);
        Add(app, "a-1", owner);
        app.Provisioner.Override = call => call is { Method: "POST", Path: "/desktops" }
            ? FakeEdge.Json(app.Provisioner.Add(owner) with { Notice = "The newer one was opened." }, HttpStatusCode.Accepted)
            : null;
        var answer = await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot", resume = "a-0" });
        var desktop = await answer.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal("The newer one was opened.", desktop.GetProperty("notice").GetString());
    }

    [Fact]
    public async Task Work_outlives_the_upload_that_it_began_as()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        Add(app, "a-1", await PortalApp.UsernameAsync(browser), mesh: "an-upload-that-is-gone");
        var gone = new { mesh = "an-upload-that-is-gone" };
        await (await browser.PostAsJsonAsync("/api/desktops", gone)).ShouldRefuseAsync(HttpStatusCode.NotFound);
        var answer = await browser.PostAsJsonAsync("/api/desktops", new { gone.mesh, resume = "latest" });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("tea-pot",
            Assert.Single((await (await browser.GetAsync("/api/saves")).JsonAsync()).EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_is_not_ones_own_cannot_be_resumed()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        Add(app, "b-1", "somebody-else");
        foreach (var asked in new[] { "b-1", "latest" })
            await (await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot", resume = asked }))
                .ShouldRefuseAsync(HttpStatusCode.NotFound);
        Assert.DoesNotContain(app.Provisioner.Calls, call => call is { Method: "POST", Path: "/desktops" });
    }

    [Fact]
    public async Task A_desktop_can_be_asked_to_stay_by_its_owner()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var mine = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));
        var theirs = app.Provisioner.Add("somebody-else");
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync($"/api/desktops/{mine.Id}/stay")).StatusCode);
        await (await browser.PostAsync($"/api/desktops/{theirs.Id}/stay")).ShouldRefuseAsync(HttpStatusCode.NotFound);
    }

    private static FakeSave Add(PortalApp app, string id, string owner, string mesh = "teapot") =>
        app.Provisioner.Saves[id] = new(id, owner, mesh, "tea-pot.blend", Then);
}
