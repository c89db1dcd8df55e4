using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Session;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class TicketTests
{
    [Fact]
    public async Task A_ticket_that_nobody_used_is_revoked_when_it_expires()
    {
        await using var app = NewApp();
        var token = await TicketAsync(app);

        await PassAsync(app, TimeSpan.FromSeconds(50));
        Assert.Empty(app.Guacamole.Revoked);

        await PassAsync(app, TimeSpan.FromMinutes(10));
        Assert.Equal([token], app.Guacamole.Revoked);
    }

    [Fact]
    public async Task A_ticket_with_an_open_tunnel_lives_until_the_tunnel_is_closed()
    {
        await using var app = NewApp();
        var token = await TicketAsync(app);
        app.Guacamole.Tunnels[token] = true;

        await PassAsync(app, TimeSpan.FromSeconds(90));
        Assert.Empty(app.Guacamole.Revoked);

        app.Guacamole.Tunnels.Clear();
        await PassAsync(app, TimeSpan.FromMinutes(10));
        Assert.Equal([token], app.Guacamole.Revoked);
    }

    [Fact]
    public async Task A_Guacamole_that_is_down_is_asked_again()
    {
        await using var app = NewApp();
        var token = await TicketAsync(app);
        app.Guacamole.Down = true;
        await PassAsync(app, TimeSpan.FromSeconds(70));
        app.Guacamole.Down = false;

        await PassAsync(app, TimeSpan.FromMinutes(10));

        Assert.Equal([token], app.Guacamole.Revoked);
    }

    [Fact]
    public async Task No_token_stands_in_an_address()
    {
        await using var app = NewApp();
        var token = await TicketAsync(app);
        await PassAsync(app, TimeSpan.FromMinutes(10));
        Assert.NotEmpty(app.Guacamole.Calls);
        Assert.DoesNotContain(
            app.Guacamole.Calls.Concat(app.Provisioner.Calls), call => call.Path.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_ticket_that_comes_after_its_session_has_ended_is_revoked_at_once()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var desktop = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));
        app.Provisioner.Override = call =>
        {
            if (call.Path.EndsWith("/ticket", StringComparison.Ordinal))
            {
                // While Guacamole is being asked for it, and this waits for that, the session ends in another window.
                var sessions = app.Services.GetRequiredService<SessionStore>();
                foreach (var file in Directory.GetFiles(Path.Combine(app.Data, "sessions")))
                    sessions.End(System.Text.Json.JsonSerializer.Deserialize<PortalSession>(File.ReadAllBytes(file))!);
            }

            return null;
        };
        await (await browser.PostAsync($"/api/desktops/{desktop.Id}/ticket")).ShouldRefuseAsync(System.Net.HttpStatusCode.Unauthorized);
        Assert.Equal([$"TOKEN-{desktop.Id}"], app.Guacamole.Revoked);
    }

    [Fact]
    public async Task A_sign_out_after_a_restart_revokes_what_was_given_before_it()
    {
        string token;
        IEnumerable<string> cookies;
        await using var before = new PortalApp { KeepData = true };
        {
            var browser = before.Browser();
            cookies = (await browser.PostAsync("/api/session/guest")).Headers.GetValues("Set-Cookie");
            token = await TicketAsync(before, browser);
        }

        // Nor does it stand on the disk for everybody to read.
        Assert.All(
            Directory.GetFiles(before.Data, "*", SearchOption.AllDirectories),
            file => Assert.DoesNotContain(token, File.ReadAllText(file), StringComparison.Ordinal));
        await using var after = new PortalApp(before.Data);
        after.Guacamole.Tunnels[token] = true;
        var same = after.Browser();
        same.DefaultRequestHeaders.Add("Cookie", cookies.Select(cookie => cookie.Split(';')[0]));
        Assert.Equal(System.Net.HttpStatusCode.NoContent, (await same.DeleteAsync("/api/session")).StatusCode);
        Assert.Equal([token], after.Guacamole.Revoked);
        Assert.Empty(Directory.GetFiles(Path.Combine(after.Data, "tickets")));
    }

    [Fact]
    public async Task A_ticket_from_before_a_restart_expires_as_well()
    {
        await using var before = new PortalApp { KeepData = true };
        var token = await TicketAsync(before);
        File.WriteAllText(Path.Combine(before.Data, "tickets", "torn.json"), "{\"SessionId\":");
        File.WriteAllText(Path.Combine(before.Data, "tickets", "empty.json"), "{}");
        await using var after = new PortalApp(before.Data) { OwnRounds = [typeof(TicketKeeper)] };
        await PassAsync(after, TimeSpan.FromMinutes(2));
        Assert.Equal([token], after.Guacamole.Revoked);
        Assert.Empty(Directory.GetFiles(Path.Combine(after.Data, "tickets")));
    }

    [Fact]
    public async Task A_ticket_that_a_power_cut_has_brought_back_goes_at_once()
    {
        await using var before = new PortalApp { KeepData = true };
        var browser = await before.GuestAsync();
        var token = await TicketAsync(before, browser);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(before.Data, "tickets")));
        var content = File.ReadAllBytes(file);
        await browser.DeleteAsync("/api/session");
        Assert.False(File.Exists(file));
        File.WriteAllBytes(file, content);

        await using var after = new PortalApp(before.Data) { OwnRounds = [typeof(TicketKeeper)] };
        after.Guacamole.Tunnels[token] = true;
        await PassAsync(after, TimeSpan.FromSeconds(5));
        Assert.Equal([token], after.Guacamole.Revoked);
        Assert.Empty(Directory.GetFiles(Path.Combine(after.Data, "tickets")));
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public async Task Who_sets_the_clock_makes_no_ticket_last_longer_or_shorter(int hours)
    {
        var time = new SetClock();
        await using var app = new PortalApp { OwnRounds = [typeof(TicketKeeper)], Time = time };
        var token = await TicketAsync(app);
        time.Set(TimeSpan.FromHours(hours));
        await PassAsync(app, TimeSpan.FromSeconds(55));
        Assert.Empty(app.Guacamole.Revoked);
        await PassAsync(app, TimeSpan.FromSeconds(5));
        Assert.Equal([token], app.Guacamole.Revoked);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_while_nothing_ran_keeps_no_ticket()
    {
        await using var before = new PortalApp { KeepData = true };
        var token = await TicketAsync(before);
        var time = new FakeTimeProvider(before.Time.GetUtcNow().AddDays(-2));
        await using var after = new PortalApp(before.Data) { OwnRounds = [typeof(TicketKeeper)], Time = time };
        // Reads what there is, as at each start.
        Assert.NotNull(after.Services.GetRequiredService<TicketKeeper>());
        await PassAsync(after, TimeSpan.FromSeconds(55));
        Assert.Empty(after.Guacamole.Revoked);
        await PassAsync(after, TimeSpan.FromSeconds(5));
        Assert.Equal([token], after.Guacamole.Revoked);
    }

    private static PortalApp NewApp() => new() { OwnRounds = [typeof(TicketKeeper)] };

    /// <summary>Lets time pass, with a look at the tickets now and then.</summary>
    private static async Task PassAsync(PortalApp app, TimeSpan span)
    {
        var step = TimeSpan.FromSeconds(5);
        for (var passed = TimeSpan.Zero; passed < span; passed += step)
        {
            app.Time.Advance(step);
            await app.Services.GetRequiredService<TicketKeeper>().RevokeDueAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> TicketAsync(PortalApp app) => await TicketAsync(app, await app.GuestAsync());

    private static async Task<string> TicketAsync(PortalApp app, Browser browser)
    {
        var desktop = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));
        app.Provisioner.TicketExpiresAt = app.Time.GetUtcNow().AddMinutes(1);
        await (await browser.PostAsync($"/api/desktops/{desktop.Id}/ticket")).JsonAsync();
        return $"TOKEN-{desktop.Id}";
    }
}
