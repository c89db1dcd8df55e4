using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.StandIns.Dashboard;

public sealed class ContentTests(DashboardHost host) : IClassFixture<DashboardHost>
{
    private static readonly string[] Secrets = [DashboardHost.Secret, DashboardHost.Derived, DashboardHost.Token];

    [Fact]
    public async Task Resources_are_listed_with_state_addresses_and_values()
    {
        var part = await PartAsync();
        Assert.Equal("Running", part.GetProperty("state").GetString());
        Assert.Equal("success", part.GetProperty("tone").GetString());
        Assert.Equal("http://localhost:1234/", part.GetProperty("urls")[0].GetProperty("url").GetString());
        Assert.Contains(part.GetProperty("properties").EnumerateArray(),
            p => p.GetProperty("name").GetString() == "plain" && p.GetProperty("value").GetString() == "to be seen");
        Assert.Contains(part.GetProperty("environment").EnumerateArray(),
            p => p.GetProperty("name").GetString() == "PART_NAME" && p.GetProperty("value").GetString() == "a name");
    }

    [Fact]
    public async Task Changes_arrive_on_the_stream()
    {
        using var browser = await host.SignedInAsync();
        await using var stream = await browser.GetStreamAsync(Relative("/api/resources/events"), TestContext.Current.CancellationToken);
        await using var events = SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        while (await events.MoveNextAsync() && events.Current.EventType != "snapshot")
        {
        }

        Assert.Contains("\"part\"", events.Current.Data, StringComparison.Ordinal);
        await host.Services.GetRequiredService<ResourceNotificationService>().PublishUpdateAsync(host.Resource, state => state with
        {
            Properties = [.. state.Properties, new("resource.waitingFor", "patience")],
        });
        while (!events.Current.Data.Contains("\"patience\"", StringComparison.Ordinal)) Assert.True(await events.MoveNextAsync());
        Assert.Equal("changes", events.Current.EventType);
    }

    [Fact]
    public async Task A_console_is_streamed_from_its_beginning_and_followed()
    {
        var logger = host.Services.GetRequiredService<ResourceLoggerService>().GetLogger(host.Resource);
        logger.Say("Before anyone looked.");
        using var browser = await host.SignedInAsync();
        await using var stream = await browser.GetStreamAsync(
            Relative("/api/resources/part/logs/events"), TestContext.Current.CancellationToken);
        await using var events = SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await UntilAsync(events, "Before anyone looked.");

        logger.Complain($"While somebody looks, with {DashboardHost.Secret}.");
        var line = await UntilAsync(events, "While somebody looks");
        Assert.True(line.GetProperty("err").GetBoolean());
        Assert.DoesNotContain(DashboardHost.Secret, line.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_console_can_be_downloaded_without_secrets()
    {
        host.Services.GetRequiredService<ResourceLoggerService>().GetLogger(host.Resource)
            .Say($"Told too much: {DashboardHost.Secret} {DashboardHost.Derived}.");
        using var browser = await host.SignedInAsync();
        var text = await browser.GetStringAsync(Relative("/api/resources/part/logs"), TestContext.Current.CancellationToken);
        Assert.Contains("Told too much", text, StringComparison.Ordinal);
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_secret_is_in_the_list()
    {
        using var browser = await host.SignedInAsync();
        var text = await browser.GetStringAsync(Relative("/api/resources"), TestContext.Current.CancellationToken);
        Assert.Contains("\"password\"", text, StringComparison.Ordinal);
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_command_runs_and_a_disabled_or_unknown_one_is_refused()
    {
        using var browser = await host.SignedInAsync();
        foreach (var (command,
            status) in new[] { ("greet", HttpStatusCode.OK), ("never", HttpStatusCode.Conflict), ("unknown", HttpStatusCode.NotFound) })
        {
            using var answer = await browser.PostAsync(
                Relative($"/api/resources/part/commands/{command}"), null, TestContext.Current.CancellationToken);
            Assert.Equal(status, answer.StatusCode);
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            Assert.Equal(status == HttpStatusCode.OK, body.GetProperty("success").GetBoolean());
        }

        Assert.Contains("Greeted.", await browser.GetStringAsync(
            Relative("/api/resources/part/logs"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_needs_nothing_from_elsewhere()
    {
        using var browser = await host.SignedInAsync();
        var page = await browser.GetStringAsync(Relative("/"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        foreach (var asset in new[] { "app.js", "store.js", "dom.js", "base.css", "icon.svg" })
        {
            using var answer = await browser.GetAsync(Relative($"/assets/{asset}"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private async Task<JsonElement> PartAsync()
    {
        using var browser = await host.SignedInAsync();
        var resources = await browser.GetFromJsonAsync<JsonElement>(Relative("/api/resources"), TestContext.Current.CancellationToken);
        return resources.EnumerateArray().Single(r => r.GetProperty("name").GetString() == "part");
    }

    private static async Task<JsonElement> UntilAsync(IAsyncEnumerator<SseItem<string>> events, string text)
    {
        while (await events.MoveNextAsync())
        {
            if (events.Current.EventType != "lines") continue;
            foreach (var line in JsonSerializer.Deserialize<JsonElement>(events.Current.Data).EnumerateArray())
            {
                if (line.GetProperty("text").GetString()!.Contains(text, StringComparison.Ordinal)) return line;
            }
        }

        throw new InvalidOperationException($"The stream ended before '{text}'.");
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);
}
