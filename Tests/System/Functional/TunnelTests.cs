using System.Net;
using System.Text.Json;
using GuacAspire.Tests.EndToEnd.Clients;
using GuacAspire.Tests.EndToEnd.Fixtures;

namespace GuacAspire.Tests.EndToEnd.Functional;

public sealed class TunnelTests(RunningSystem system, SharedDesktop shared) : IClassFixture<SharedDesktop>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ATicketIsWhatTheClientNeeds()
    {
        var ticket = await shared.Owner.TicketAsync(shared.Desktop.Id);
        Assert.Equal("/guacamole/websocket-tunnel", ticket.Tunnel);
        Assert.Equal("c", ticket.Type);
        Assert.NotEmpty(ticket.DataSource);
        Assert.NotEmpty(ticket.Connection);
        Assert.True(ticket.ExpiresAt > TimeProvider.System.GetUtcNow(), $"A new ticket expired at {ticket.ExpiresAt}.");
    }

    [Fact]
    public async Task TheTokenAloneOpensTheTunnelAndAPictureComes()
    {
        var ticket = await shared.Owner.TicketAsync(shared.Desktop.Id);
        await using var tunnel = await Tunnel.OpenAsync(system, ticket);
        var first = await FirstAsync(tunnel);
        Assert.Equal("", first[0]);
        Assert.True(Guid.TryParse(first[1], out _), $"The tunnel's first word is '{first[1]}', not its UUID.");
        var size = await tunnel.ReadUntilAsync("size");
        Assert.Equal("0", size[1]);
        await tunnel.ReadUntilAsync("img");
        await tunnel.ReadUntilAsync("sync");
    }

    [Fact]
    public async Task APingComesBackAsItWas()
    {
        await using var tunnel = await Tunnel.OpenAsync(system, await shared.Owner.TicketAsync(shared.Desktop.Id));
        await FirstAsync(tunnel);
        await tunnel.SendAsync("", "ping", "1234567");
        Assert.Equal(["", "ping", "1234567"], await tunnel.ReadUntilAsync(""));
    }

    [Fact]
    public async Task TheTokenSeesItsOwnConnectionOnly()
    {
        await using var stranger = await system.SignInAsGuestAsync();
        var other = await stranger.LaunchReadyAsync("shopping-cart");
        var theirs = await stranger.TicketAsync(other.Id);
        var mine = await shared.Owner.TicketAsync(shared.Desktop.Id);

        using var guacamole = new HttpClient { BaseAddress = system.Address };
        guacamole.DefaultRequestHeaders.Add("Guacamole-Token", mine.Token);
        var connections = JsonSerializer.Deserialize<JsonElement>(
            await guacamole.GetStringAsync($"/guacamole/api/session/data/{mine.DataSource}/connections", Cancelled));
        Assert.Equal(mine.Connection, Assert.Single(connections.EnumerateObject()).Name);
        using var users = await guacamole.GetAsync($"/guacamole/api/session/data/{mine.DataSource}/users", Cancelled);
        Assert.DoesNotContain("guacadmin", await users.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        using var parameters = await guacamole.GetAsync(
            $"/guacamole/api/session/data/{mine.DataSource}/connections/{mine.Connection}/parameters", Cancelled);
        Assert.Equal(HttpStatusCode.Forbidden, parameters.StatusCode);

        await using var tunnel = await Tunnel.OpenAsync(system, mine, theirs.Connection);
        await foreach (var instruction in tunnel.ReadAsync())
            Assert.True(instruction[0] is "" or "error" or "nop", $"Somebody else's desktop answered '{instruction[0]}'.");
        Assert.NotNull(tunnel.CloseStatus);
    }

    [Fact]
    public async Task WithoutATokenThereIsNoTunnel()
    {
        var ticket = await shared.Owner.TicketAsync(shared.Desktop.Id);
        await using var tunnel = await Tunnel.OpenAsync(system, ticket with { Token = new string('0', 64) });
        await foreach (var instruction in tunnel.ReadAsync())
            Assert.True(instruction[0] is "error", $"A token that nobody was given was answered '{instruction[0]}'.");
        Assert.NotNull(tunnel.CloseStatus);
    }

    private static async Task<string[]> FirstAsync(Tunnel tunnel)
    {
        await foreach (var instruction in tunnel.ReadAsync())
            return instruction;
        throw new InvalidOperationException($"The tunnel closed at once: {tunnel.CloseStatus}, reason '{tunnel.CloseReason}'.");
    }
}
