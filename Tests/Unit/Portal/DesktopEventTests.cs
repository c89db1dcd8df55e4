using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class DesktopEventTests
{
    [Fact]
    public async Task A_late_subscriber_gets_the_present_state_at_once_and_the_stream_ends_after_the_last()
    {
        await using var app = new PortalApp();
        var (browser, desktop) = await ReadyAsync(app);

        var events = await ReadAsync(browser, desktop.Id);

        Assert.Equal(["ready", "stopped"], events.Select(State));
        Assert.All(events, item => Assert.Equal("desktop", item.EventType));
        Assert.All(events, item => Assert.False(item.Data.TryGetProperty("owner", out _)));
    }

    [Fact]
    public async Task The_numbers_go_up_also_when_the_browser_comes_back()
    {
        await using var app = new PortalApp();
        var (browser, desktop) = await ReadyAsync(app);
        browser.DefaultRequestHeaders.Add("Last-Event-ID", "41");
        Assert.Equal(["42", "43"], (await ReadAsync(browser, desktop.Id)).Select(item => item.EventId));
    }

    [Fact]
    public async Task A_Provisioner_that_restarts_does_not_end_the_stream()
    {
        await using var app = new PortalApp();
        var (browser, desktop) = await ReadyAsync(app);
        var tries = 0;
        app.Provisioner.Override = call => !call.Path.EndsWith("/events", StringComparison.Ordinal) ? null : tries++ switch
        {
            0 => FakeProvisioner.Events(desktop with { State = "saving" }),
            1 => throw new HttpRequestException("Connection refused"),
            _ => FakeProvisioner.Events(desktop with { State = "failed" }),
        };

        var reading = ReadAsync(browser, desktop.Id);
        await Eventually.TrueAsync(app.Time, TimeSpan.FromSeconds(1), () => reading.IsCompleted);

        Assert.Equal(["ready", "saving", "failed"], (await reading).Select(State));
    }

    [Fact]
    public async Task A_desktop_that_is_gone_is_stopped()
    {
        await using var app = new PortalApp();
        var (browser, desktop) = await ReadyAsync(app);
        app.Provisioner.Override = call => call.Path.EndsWith("/events", StringComparison.Ordinal)
            ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : null;
        Assert.Equal(["ready", "stopped"], (await ReadAsync(browser, desktop.Id)).Select(State));
    }

    [Fact]
    public async Task A_quiet_stream_says_that_it_is_still_there()
    {
        await using var app = new PortalApp();
        var (browser, desktop) = await ReadyAsync(app);
        app.Provisioner.Override = call => call.Path.EndsWith("/events", StringComparison.Ordinal)
            ? throw new HttpRequestException("Not yet")
            : null;
        using var response = await browser.GetAsync($"/api/desktops/{desktop.Id}/events");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        var word = HereAsync(reader);
        await Eventually.TrueAsync(app.Time, TimeSpan.FromSeconds(1), () => word.IsCompleted);

        Assert.True(await word, "The stream has ended.");
    }

    private static async Task<(Browser Browser, FakeDesktop Desktop)> ReadyAsync(PortalApp app)
    {
        var browser = await app.GuestAsync();
        return (browser, app.Provisioner.Add(await PortalApp.UsernameAsync(browser)));
    }

    // An event, which a page is told of, as it is not of a comment; without data it would not be one.
    private static async Task<bool> HereAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line == "event: here")
                return (await reader.ReadLineAsync(TestContext.Current.CancellationToken))?.StartsWith("data: ", StringComparison.Ordinal) == true;
        }

        return false;
    }

    private static string? State(SseItem<JsonElement> item) => item.Data.GetProperty("state").GetString();

    private static async Task<List<SseItem<JsonElement>>> ReadAsync(Browser browser, string desktop)
    {
        var stream = await browser.GetStreamAsync($"/api/desktops/{desktop}/events");
        var events = new List<SseItem<JsonElement>>();
        await foreach (var item in SseParser.Create(
            stream, (_, data) => JsonSerializer.Deserialize<JsonElement>(data)).EnumerateAsync(TestContext.Current.CancellationToken))
            events.Add(item);
        return events;
    }
}
