using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Tests.Unit.Provisioner;

public class DesktopsApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_is_accepted_and_becomes_ready_with_one_connection_for_one_user()
    {
        await using var host = new ProvisionerHost();
        using var form = ProvisionerHost.Form();
        using var response = await host.Http.PostAsync(Path("/desktops"), form, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var desktop = (await response.Content.ReadFromJsonAsync<Desktop>(Cancellation))!;
        Assert.Equal($"/desktops/{desktop.Id}", response.Headers.Location!.OriginalString);

        var ready = await host.WaitAsync(desktop.Id, DesktopState.Ready);
        Assert.Equal((100, (string?)null), (ready.Percent, ready.Step));
        var (identifier, connection) = Assert.Single(host.Guacamole.Connections);
        Assert.Equal(desktop.Id, (string?)connection["name"]);
        Assert.Equal($"add /connectionPermissions/{identifier} READ", Assert.Single(host.Guacamole.Grants).Value);
        // The password that guacd is told is the one that the desktop was told.
        Assert.Contains((string)connection["parameters"]!["password"]!, Assert.Single(host.Agents.VncPasswords), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_key_there_is_nothing_to_see()
    {
        await using var host = new ProvisionerHost();
        foreach (var path in new[] { "/desktops", "/limits", "/desktops/changes" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.Anonymous.GetAsync(Path(path), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Anonymous.GetAsync(Path("/alive"), Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_ticket_is_a_token_of_the_desktop_s_own_user()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        using var response = await host.Http.PostAsync(Path($"/desktops/{desktop.Id}/ticket"), null, Cancellation);
        var ticket = (await response.Content.ReadFromJsonAsync<DesktopTicket>(Cancellation))!;
        Assert.Equal(("mysql", "c"), (ticket.DataSource, ticket.Type));
        Assert.Equal(Assert.Single(host.Guacamole.Connections).Key, ticket.Connection);
        Assert.True(host.Guacamole.Users.ContainsKey($"desktop-{desktop.Id}"));
    }

    [Fact]
    public async Task A_desktop_that_is_launched_has_no_ticket_yet()
    {
        await using var host = new ProvisionerHost();
        host.Agents.IsReady = false;
        var desktop = await host.LaunchAsync();
        using var response = await host.Http.PostAsync(Path($"/desktops/{desktop.Id}/ticket"), null, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_full_house_says_so_in_a_way_that_programs_understand()
    {
        await using var host = new ProvisionerHost();
        for (var i = 0; i < 3; i++)
            await host.LaunchAsync("anna", $"m{i}");
        using var form = ProvisionerHost.Form("anna", "m3");
        using var response = await host.Http.PostAsync(Path("/desktops"), form, Cancellation);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
        Assert.Equal("perOwner", (string?)problem["limit"]);
        Assert.Equal(5, (int?)problem["available"]);
        Assert.Equal(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, (int)problem["retryAfterSeconds"]!);
    }

    [Theory]
    [InlineData("virus.exe", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("noextension", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(" ", HttpStatusCode.BadRequest)]
    public async Task What_Blender_cannot_open_is_refused_before_anything_is_made(string file, HttpStatusCode status)
    {
        await using var host = new ProvisionerHost();
        using var form = ProvisionerHost.Form(file: file);
        Assert.Equal(status, (await host.Http.PostAsync(Path("/desktops"), form, Cancellation)).StatusCode);
        Assert.True(host.HasNothing);
    }

    [Fact]
    public async Task An_engine_that_is_away_is_said_at_once_and_nothing_is_left()
    {
        await using var host = new ProvisionerHost();
        await host.Http.GetAsync(Path("/desktops"), Cancellation);
        host.Runtime.Faults["claim"] = new EngineUnavailableException(new("unix:///var/run/docker.sock"), new IOException());
        using var form = ProvisionerHost.Form();
        using var response = await host.Http.PostAsync(Path("/desktops"), form, Cancellation);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 10), (response.StatusCode, response.Headers.RetryAfter?.Delta?.TotalSeconds));
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
        Assert.Equal("The container engine does not answer", (string?)problem["title"]);
        Assert.Equal(
            "Without the container engine no desktop can be started. Try again in a few seconds; if it stays so, tell whoever runs this system.",
            (string?)problem["detail"]);
        Assert.Empty((await host.Http.GetFromJsonAsync<Desktop[]>(Path("/desktops"), Cancellation))!);
        var line = Assert.Single(host.Log.Faults);
        Assert.Equal(
            "POST /desktops failed: Nothing answers at unix:///var/run/docker.sock. Start the container engine (for example: sudo systemctl start docker).",
            line.Text);
        Assert.Null(line.Trace);
    }

    [Fact]
    public async Task A_Guacamole_that_is_away_is_said_at_once_and_nothing_is_left()
    {
        await using var host = new ProvisionerHost();
        await host.Http.GetAsync(Path("/desktops"), Cancellation);
        host.Guacamole.IsDown = true;
        using var form = ProvisionerHost.Form();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Http.PostAsync(Path("/desktops"), form, Cancellation)).StatusCode);
        Assert.True(host.Runtime.IsEmpty);
    }

    [Fact]
    public async Task Events_begin_with_the_present_state_and_end_with_the_desktop()
    {
        await using var host = new ProvisionerHost();
        var desktop = await host.LaunchReadyAsync();
        using var response = await host.Http.GetAsync(
            Path($"/desktops/{desktop.Id}/events"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["no"], response.Headers.GetValues("X-Accel-Buffering"));
        await host.Http.DeleteAsync(Path($"/desktops/{desktop.Id}"), Cancellation);

        var text = await response.Content.ReadAsStringAsync(Cancellation);
        var blocks = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => block.Split('\n')).ToList();
        Assert.All(blocks, block => Assert.Equal(("event: desktop", "id: ", "data: "), (block[0], block[1][..4], block[2][..6])));
        Assert.Equal(blocks.Select(block => long.Parse(block[1][4..], null)), blocks.Select(block => long.Parse(block[1][4..], null)).Order().Distinct());
        var states = blocks.Select(block => (string?)JsonNode.Parse(block[2][6..])!["state"]).ToList();
        Assert.Equal("ready", states[0]);
        Assert.Equal("stopped", states[^1]);
    }

    [Fact]
    public async Task Guests_come_and_go()
    {
        await using var host = new ProvisionerHost();
        using var response = await host.Http.PostAsync(Path("/guests"), null, Cancellation);
        var guest = (await response.Content.ReadFromJsonAsync<Guest>(Cancellation))!;
        Assert.StartsWith("guest-", guest.Username, StringComparison.Ordinal);
        Assert.NotNull((string?)host.Guacamole.Users[guest.Username]["attributes"]!["valid-until"]);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Http.DeleteAsync(Path($"/guests/{guest.Username}"), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.DeleteAsync(Path("/guests/guacadmin"), Cancellation)).StatusCode);
        Assert.True(host.Guacamole.HasOnlyItsAdministrator);
    }

    [Fact]
    public async Task A_shutdown_saves_and_removes_every_desktop_and_admits_none()
    {
        await using var host = new ProvisionerHost();
        var ready = await host.LaunchReadyAsync();
        host.Agents.IsReady = false;
        var launching = await host.LaunchAsync("bo");
        Assert.Equal(HttpStatusCode.OK, (await host.Http.PostAsync(Path("/shutdown"), null, Cancellation)).StatusCode);
        Assert.True(host.HasNothing);
        Assert.NotNull((await host.WaitAsync(ready.Id, DesktopState.Stopped)).SavedAt);
        await host.WaitAsync(launching.Id, DesktopState.Stopped);
        using var form = ProvisionerHost.Form();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Http.PostAsync(Path("/desktops"), form, Cancellation)).StatusCode);
    }

    private static Uri Path(string path) => new(path, UriKind.Relative);
}
