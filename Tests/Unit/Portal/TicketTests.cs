using GuacAspire.Portal.Web.Desktops;
using GuacAspire.Portal.Web.Session;
using Microsoft.Extensions.DependencyInjection;

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

    private static async Task<string> TicketAsync(PortalApp app)
    {
        var browser = await app.GuestAsync();
        var desktop = app.Provisioner.Add(await PortalApp.UsernameAsync(browser));
        app.Provisioner.TicketExpiresAt = app.Time.GetUtcNow().AddMinutes(1);
        await (await browser.PostAsync($"/api/desktops/{desktop.Id}/ticket")).JsonAsync();
        return $"TOKEN-{desktop.Id}";
    }
}
