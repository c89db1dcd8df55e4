using System.Net;
using System.Text.Json;

namespace GuacAspire.Tests.Unit.Portal;

/// <summary>Recording in the public API.</summary>
public sealed class RecordingTests
{
    private static readonly object Mine = new
    {
        id = "7ccfcb60-8fa3-3ee4-bd8d-0e2b7fc1b0a5",
        owner = "whoever",
        mesh = "teapot",
        fileName = "tea-pot.stl",
        desktop = "abc",
        startedAt = "2026-11-23T08:00:00Z",
        endedAt = "2026-11-23T08:01:00Z",
        bytes = 12,
        running = false,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_desktop_is_recorded_for_its_owner_alone()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var mine = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));
        var theirs = app.Provisioner.Add("somebody-else");
        Assert.Equal(HttpStatusCode.OK, (await browser.PutAsJsonAsync($"/api/desktops/{mine.Id}/recording", new { on = true })).StatusCode);
        await (await browser.PutAsJsonAsync($"/api/desktops/{theirs.Id}/recording", new { on = true }))
            .ShouldRefuseAsync(HttpStatusCode.NotFound);
        var call = Assert.Single(app.Provisioner.Calls, call => call.Path.EndsWith("/recording", StringComparison.Ordinal));
        Assert.Equal(("PUT", "{\"on\":true}"), (call.Method, call.Body));
    }

    [Fact]
    public async Task Where_nothing_can_be_recorded_it_is_said_in_the_provisioner_s_words()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var mine = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));
        app.Provisioner.Override = call => call.Method == "PUT"
            ? FakeProvisioner.Problem(
                HttpStatusCode.NotImplemented, "Nothing can be recorded here", "This Guacamole is run by somebody else.")
            : null;
        var answer = await browser.PutAsJsonAsync($"/api/desktops/{mine.Id}/recording", new { on = true });
        await answer.ShouldRefuseAsync(HttpStatusCode.NotImplemented);
        Assert.Contains("somebody else", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_names_what_one_has_and_no_owner_and_it_is_downloaded_under_its_name()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        app.Provisioner.Override = call => call.Path.Trim('/').Split('?')[0].Split('/') switch
        {
            ["recordings"] => new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(JsonSerializer.Serialize(new[] { Mine })),
            },
            ["recordings", _, "file"] => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("4.sync,1.1;") },
            _ => null,
        };
        var recording = Assert.Single((await (await browser.GetAsync("/api/recordings")).JsonAsync()).EnumerateArray());
        Assert.False(recording.TryGetProperty("owner", out _));
        var id = recording.GetProperty("id").GetString();
        var file = await browser.GetAsync($"/api/recordings/{id}/file");
        Assert.Equal("application/octet-stream", file.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("2026-11-23 080000.guac", file.Content.Headers.ContentDisposition?.FileName?.Trim('"'), StringComparison.Ordinal);
        Assert.Equal("4.sync,1.1;", await file.Content.ReadAsStringAsync(Cancellation));
        await (await browser.GetAsync("/api/recordings/another/file")).ShouldRefuseAsync(HttpStatusCode.NotFound);
    }
}
