using System.Net;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class DesktopTests
{
    [Fact]
    public async Task A_launch_is_accepted_and_says_where_the_desktop_is()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();

        var response = await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot" });

        var desktop = await response.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal($"/api/desktops/{desktop.GetProperty("id").GetString()}", response.Headers.Location?.OriginalString);
        Assert.Equal("pending", desktop.GetProperty("state").GetString());
        Assert.False(desktop.TryGetProperty("owner", out _));
        var launch = Assert.Single(app.Provisioner.Calls, call => call is { Method: "POST", Path: "/desktops" });
        Assert.StartsWith("Bearer", launch.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Contains("\"fileName\":\"tea-pot.stl\"", launch.Body, StringComparison.Ordinal);
        Assert.Contains("solid teapot", launch.Body, StringComparison.Ordinal);
        Assert.True(launch.Body.IndexOf("name=launch", StringComparison.Ordinal) < launch.Body.IndexOf("name=file",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_idempotency_key_is_passed_on()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        browser.DefaultRequestHeaders.Add("Idempotency-Key", "once-only");
        await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot" });
        Assert.Contains(app.Provisioner.Calls, call => call.Body.Contains("\"idempotencyKey\":\"once-only\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/events")]
    [InlineData("/shares")]
    public async Task The_Provisioners_stream_of_everybodys_changes_is_no_desktop(string rest)
    {
        await using var app = new PortalApp();
        app.Provisioner.Override = call => call.Path == "/desktops/changes" ? FakeProvisioner.Events(app.Provisioner.Add("anna")) : null;
        await (await (await app.GuestAsync()).GetAsync($"/api/desktops/changes{rest}")).ShouldRefuseAsync(HttpStatusCode.NotFound);
        Assert.DoesNotContain(app.Provisioner.Calls, call => call.Path == "/desktops/changes");
    }

    [Fact]
    public async Task The_list_holds_ones_own_desktops()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var mine = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));
        app.Provisioner.Add("somebody-else");

        var list = await (await browser.GetAsync("/api/desktops")).JsonAsync();

        Assert.Equal([mine.Id], list.EnumerateArray().Select(desktop => desktop.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_ticket_is_literally_what_Guacamole_wants()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var desktop = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));

        var ticket = await (await browser.PostAsync($"/api/desktops/{desktop.Id}/ticket")).JsonAsync();

        Assert.Equal(
            ["/guacamole/websocket-tunnel", $"TOKEN-{desktop.Id}", "mysql", "7", "c"],
            new[] { "tunnel", "token", "dataSource", "connection", "type" }.Select(name => ticket.GetProperty(name).GetString()));
        Assert.True(ticket.TryGetProperty("expiresAt", out _));
    }

    [Fact]
    public async Task What_the_Provisioner_refuses_is_refused_in_its_words()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        app.Provisioner.Override = call => call.Method == "POST"
            ? FakeProvisioner.Problem(HttpStatusCode.TooManyRequests, "You have three desktops", "Stop one.", retryAfter: 42)
            : null;

        var response = await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot" });

        var problem = await response.ShouldRefuseAsync(HttpStatusCode.TooManyRequests);
        Assert.Equal("You have three desktops", problem.GetProperty("title").GetString());
        Assert.Equal("perOwner", problem.GetProperty("limit").GetString());
        Assert.Equal(42, response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, HttpStatusCode.Conflict)]
    [InlineData(HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.InternalServerError, HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable)]
    public async Task A_failing_Provisioner_is_said_in_words(HttpStatusCode theirs, HttpStatusCode ours)
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        app.Provisioner.Override = _ => new HttpResponseMessage(theirs) { Content = new StringContent("<html>") };
        await (await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot" })).ShouldRefuseAsync(ours);
    }

    [Fact]
    public async Task A_Provisioner_that_is_down_is_said_in_words()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        app.Provisioner.Down = true;
        var response = await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot" });
        await response.ShouldRefuseAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_launch_is_never_sent_twice()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        app.Provisioner.Down = true;
        await browser.PostAsJsonAsync("/api/desktops", new { mesh = "teapot" });
        Assert.Single(app.Provisioner.Calls, call => call is { Method: "POST", Path: "/desktops" });
    }

    [Fact]
    public async Task The_file_comes_under_the_name_of_its_mesh()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var desktop = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));

        var file = await browser.GetAsync($"/api/desktops/{desktop.Id}/file");

        Assert.Equal("tea-pot.blend", file.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("BLENDER", await file.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("?discard=true", "?discard=true")]
    public async Task A_stop_saves_unless_told_not_to(string query, string passedOn)
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var desktop = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));

        var response = await browser.DeleteAsync($"/api/desktops/{desktop.Id}{query}");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.True(app.Provisioner.WasCalled("DELETE", $"/desktops/{desktop.Id}{passedOn}"));
    }

    [Fact]
    public async Task Health_is_that_of_the_parts_behind()
    {
        await using var app = new PortalApp();
        Assert.Equal(HttpStatusCode.OK, (await app.Browser().GetAsync("/health")).StatusCode);
        app.Guacamole.Down = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.Browser().GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.Browser().GetAsync("/alive")).StatusCode);
    }

    [Fact]
    public async Task However_often_anybody_asks_for_health_the_parts_behind_are_asked_now_and_then()
    {
        await using var app = new PortalApp();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => app.Browser().GetAsync("/health")));
        Assert.InRange(app.Provisioner.Calls.Count(call => call.Path == "/health"), 1, 2);
        Assert.InRange(app.Guacamole.Calls.Count, 1, 2);

        app.Provisioner.Down = true;
        app.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.Browser().GetAsync("/health")).StatusCode);
    }
}
