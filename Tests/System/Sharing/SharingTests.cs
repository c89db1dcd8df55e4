using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;
using GuacAspire.Tests.EndToEnd.Saving;

namespace GuacAspire.Tests.EndToEnd.Sharing;

/// <summary>Others come to a desktop by its owner's links, do there what these allow, and leave when they are taken back.</summary>
public sealed class SharingTests(RunningSystem system)
{
    private const string Mesh = "watering-can";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhoHasALinkMayDoWhatItAllowsUntilItIsTakenBack()
    {
        await using var owner = await system.SignInAsGuestAsync();
        await using var visitor = new PortalClient(system);
        var desktop = (await owner.LaunchReadyAsync(Mesh)).Id;
        var view = await Link.CreateAsync(system, owner, desktop, "view");
        var control = await Link.CreateAsync(system, owner, desktop, "control");
        Assert.StartsWith(new Uri(system.Address, "shared#").ToString(), view.Address, StringComparison.Ordinal);

        using (var waiting = await Link.RedeemAsync(visitor, view.Secret))
        {
            Assert.Equal("The owner is not connected", (await PortalClient.ReadProblemAsync(waiting, HttpStatusCode.Conflict)).Title);
            Assert.NotNull(waiting.Headers.RetryAfter?.Delta);
        }

        await using var admin = await GuacamoleAdmin.SignInAsync(system);
        var ticket = await owner.TicketAsync(desktop);
        Assert.Equal(2, (await admin.SharingProfilesAsync(ticket.Connection)).Count);
        await using var owners = await Onlooker.OpenAsync(system, ticket);
        await using var onlooker = await Link.VisitAsync(system, visitor, view.Secret);
        await using var worker = await Link.VisitAsync(system, visitor, control.Secret);
        Assert.Equal([("view", 1), ("control", 1)], (await Link.ListAsync(owner, desktop)).Select(link => (link.Mode, link.Viewers ?? -1)));
        await using var keeper = await KeepKeyAsync(visitor, view.Secret);

        using var agent = new AgentClient(await system.Engine.DesktopAsync(desktop));
        var before = await agent.StatusAsync();
        await Edit.SendDuplicateAsync(onlooker.Tunnel);
        await Edit.SendDuplicateAsync(worker.Tunnel);
        // Had the onlooker been heard as well, it would be four times as many in the end.
        await Eventually.GetAsync(agent.StatusAsync, now => now.Triangles >= 2 * before.Triangles, "Blender to have duplicated the mesh");
        await onlooker.Tunnel.SendAsync("mouse", "300", "300", "0");
        await Task.Delay(TimeSpan.FromSeconds(1), Cancelled);
        Assert.Equal(2 * before.Triangles, (await agent.StatusAsync()).Triangles);

        await Link.RevokeAsync(owner, desktop, view);
        await onlooker.WaitClosedAsync();
        await keeper.WaitClosedAsync();
        await Link.AssertDeadAsync(visitor, view.Secret);
        Assert.False(worker.Closed.IsCompleted, "Who came by another link was disconnected as well.");
        Assert.Equal([control.Id], (await Link.ListAsync(owner, desktop)).Select(link => link.Id));

        AssertNotOnDisk(Secrets(view, control));
        await owner.StopAsync(desktop);
        await worker.WaitClosedAsync();
        await Gone.AssertAsync(system, desktop);
        Assert.Empty(await admin.SharingProfilesAsync(ticket.Connection));
        await Eventually.TrueAsync(
            () => Task.FromResult(!Files().Any(file => file.Contains(control.Id, StringComparison.Ordinal))), "the link's file to be gone");
        await Link.AssertDeadAsync(visitor, control.Secret);
        await Eventually.TrueAsync(
            () => Task.FromResult(system.Telemetry.Metrics.Keys.Any(key => key.Metric == "guacaspire.share.redemptions")),
            "the redemptions to be counted");
        Assert.All(Secrets(view, control), secret => Assert.Empty(system.WhereIs(secret)));
    }

    [Fact]
    public async Task OnlyTheOwnerGivesLinksOutAndALinkLeadsNowhereElse()
    {
        await using var owner = await system.SignInAsGuestAsync();
        await using var stranger = await system.SignInAsGuestAsync();
        await using var visitor = new PortalClient(system);
        var desktop = (await owner.LaunchReadyAsync(Mesh)).Id;
        var link = await Link.CreateAsync(system, owner, desktop, "control");
        var path = $"/api/desktops/{desktop}/shares";
        using var created = await stranger.Http.PostAsJsonAsync(path, new { mode = "view" }, Cancelled);
        using var listed = await stranger.Http.GetAsync(path, Cancelled);
        using var revoked = await stranger.Http.DeleteAsync($"{path}/{link.Id}", Cancelled);
        foreach (var answer in new[] { created, listed, revoked })
            await PortalClient.ReadProblemAsync(answer, HttpStatusCode.NotFound);
        foreach (var (mode, minutes) in new[] { ("view", 0), ("view", 1441), ("own", 5) })
        {
            using var refused = await owner.Http.PostAsJsonAsync(path, new { mode, expiresInMinutes = minutes }, Cancelled);
            await PortalClient.ReadProblemAsync(refused, HttpStatusCode.BadRequest);
        }

        await using var owners = await Onlooker.OpenAsync(system, await owner.TicketAsync(desktop));
        using var redeemed = await Link.RedeemAsync(visitor, link.Secret);
        var ticket = await PortalClient.ReadAsync<Ticket>(redeemed, HttpStatusCode.OK);
        system.Secrets.Keep("a visitor's token", ticket.Token);
        using var guacamole = new HttpClient { BaseAddress = system.Address };
        guacamole.DefaultRequestHeaders.Add("Guacamole-Token", ticket.Token);
        var shared = await guacamole.GetFromJsonAsync<JsonElement>(
            $"/guacamole/api/session/data/{ticket.DataSource}/connections", Cancelled);
        Assert.Equal(ticket.Connection, Assert.Single(shared.EnumerateObject()).Name);
        using var others = await guacamole.GetAsync("/guacamole/api/session/data/mysql/connections", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
        using var parameters = await guacamole.GetAsync(
            $"/guacamole/api/session/data/{ticket.DataSource}/connections/{ticket.Connection}/parameters", Cancelled);
        Assert.Equal(HttpStatusCode.Forbidden, parameters.StatusCode);
    }

    [Fact]
    public async Task LinksOutliveARestartOfOursAndTheOwnersReconnectAndEndInTime()
    {
        await using var owner = await system.SignInAsGuestAsync();
        await using var visitor = new PortalClient(system);
        var desktop = (await owner.LaunchReadyAsync(Mesh)).Id;
        var link = await Link.CreateAsync(system, owner, desktop, "view");
        await using var owners = await Onlooker.OpenAsync(system, await owner.TicketAsync(desktop));
        await using var onlooker = await Link.VisitAsync(system, visitor, link.Secret);

        await system.KillProjectAsync("provisioner");
        await system.KillProjectAsync("portal");
        await system.AwaitReturnAsync("provisioner");
        await system.AwaitReturnAsync("portal");
        Assert.False(onlooker.Closed.IsCompleted, "A restart of ours has disconnected an onlooker.");
        await Eventually.GetAsync(
            () => Link.ListAsync(owner, desktop), links => links is [{ Viewers: 1 }], "the link and its one viewer to be known again");

        // As a reload of the owner's page: everybody is disconnected, and comes again by the same link.
        await owners.DisposeAsync();
        await onlooker.WaitClosedAsync();
        await using var again = await Onlooker.OpenAsync(system, await owner.TicketAsync(desktop));
        await using var back = await Link.VisitAsync(system, visitor, link.Secret);

        // The Provisioner's own API, which only the portal may use, knows shorter times.
        var brief = await BriefLinkAsync(desktop, AtMost.Seconds(10));
        await using var guest = await Link.VisitAsync(system, visitor, brief);
        await guest.WaitClosedAsync();
        await Link.AssertDeadAsync(visitor, brief);
        Assert.False(back.Closed.IsCompleted, "With one link's end all onlookers were disconnected.");

        // What was revoked is remembered by nobody but the disk, too.
        await system.KillProjectAsync("provisioner");
        await system.AwaitReturnAsync("provisioner");
        await Eventually.TrueAsync(
            async () => (await owner.Http.DeleteAsync($"/api/desktops/{desktop}/shares/{link.Id}", Cancelled)).IsSuccessStatusCode,
            "the link to be revoked");
        await back.WaitClosedAsync();
        await Link.AssertDeadAsync(visitor, link.Secret);
    }

    /// <summary>Somebody who signs in to Guacamole once more by the key that a visit comes with, of which nobody of ours knows.</summary>
    private async Task<Onlooker> KeepKeyAsync(PortalClient visitor, string secret)
    {
        using var redeemed = await Link.RedeemAsync(visitor, secret);
        var ticket = await PortalClient.ReadAsync<Ticket>(redeemed, HttpStatusCode.OK);
        system.Secrets.Keep("a visitor's token", ticket.Token);
        system.Secrets.Keep("a sharing key", ticket.Connection);
        using var form = new FormUrlEncodedContent([new("key", ticket.Connection)]);
        using var answer = await visitor.Http.PostAsync("/guacamole/api/tokens", form, Cancelled);
        var token = (await PortalClient.ReadAsync<JsonElement>(answer, HttpStatusCode.OK)).GetProperty("authToken").GetString()!;
        system.Secrets.Keep("a visitor's token", token);
        return await Onlooker.OpenAsync(system, ticket with { Token = token });
    }

    private async Task<string> BriefLinkAsync(string desktop, TimeSpan life)
    {
        using var provisioner = new HttpClient { BaseAddress = system.EndpointOf("provisioner") };
        var key = system.Secrets.All.Single(secret => secret.Value == "provisioner-key").Key;
        provisioner.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await provisioner.PostAsJsonAsync(
            $"/desktops/{desktop}/shares", new { mode = "view", expiresInMinutes = life.TotalMinutes }, Cancelled);
        var secret = (await PortalClient.ReadAsync<JsonElement>(answer, HttpStatusCode.OK)).GetProperty("secret").GetString()!;
        system.Secrets.Keep("what opens a brief link", secret);
        return secret;
    }

    private IEnumerable<string> Files() => Directory.EnumerateFiles(system.DataDirectory, "*", SearchOption.AllDirectories);

    /// <summary>What opens these links, and what anybody has ever been given for one.</summary>
    private string[] Secrets(params Link[] links) =>
    [
        .. links.Select(link => link.Secret),
        .. system.Secrets.All.Where(secret => secret.Value is "a visitor's token" or "a sharing key").Select(secret => secret.Key),
    ];

    private void AssertNotOnDisk(string[] secrets)
    {
        var files = Files().Where(file => file.Contains("shares", StringComparison.Ordinal)).ToDictionary(file => file, File.ReadAllBytes);
        Assert.NotEmpty(files);
        foreach (var (file, bytes) in files)
        {
            foreach (var secret in secrets)
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"{file} holds a secret.");
        }
    }
}
