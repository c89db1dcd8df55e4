using System.Net;
using GuacAspire.Portal.Web.Session;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.Unit.Portal;

public sealed class SessionTests
{
    private static readonly object Right = new { username = "ADA", password = "right" };
    private static readonly object Wrong = new { username = "ada", password = "wrong" };

    [Fact]
    public async Task A_guest_gets_a_cookie_that_no_script_and_no_other_site_can_use()
    {
        await using var app = new PortalApp();
        var browser = app.Browser();

        var response = await browser.PostAsync("/api/session/guest");

        var guest = await response.JsonAsync();
        Assert.True(guest.GetProperty("guest").GetBoolean());
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(guest.GetProperty("username").GetString()!, cookie, StringComparison.Ordinal);
        Assert.Equal(guest.GetProperty("username").GetString(), await PortalApp.UsernameAsync(browser));
    }

    [Fact]
    public async Task Behind_a_proxy_that_ends_TLS_the_cookie_is_secure()
    {
        await using var app = new PortalApp();
        var browser = app.Browser("172.17.0.2");
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        browser.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.9");

        var response = await browser.PostAsync("/api/session/guest");

        Assert.Contains("secure", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_guest_who_signs_in_again_stays_the_same_guest()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var before = await PortalApp.UsernameAsync(browser);

        await browser.PostAsync("/api/session/guest");

        Assert.Equal(before, await PortalApp.UsernameAsync(browser));
        Assert.Single(app.Provisioner.Calls, call => call.Path == "/guests");
    }

    [Fact]
    public async Task Guests_can_be_switched_off()
    {
        await using var app = new PortalApp().With("Portal:Guests", "false");
        var response = await app.Browser().PostAsync("/api/session/guest");
        await response.ShouldRefuseAsync(HttpStatusCode.Forbidden);
        Assert.Empty(app.Provisioner.Calls);
    }

    [Fact]
    public async Task An_account_is_what_Guacamole_lets_in_and_its_token_is_not_kept()
    {
        await using var app = new PortalApp();
        var browser = app.Browser();

        var session = await (await browser.PostAsJsonAsync("/api/session", Right)).JsonAsync();

        Assert.Equal("ada", session.GetProperty("username").GetString());
        Assert.False(session.GetProperty("guest").GetBoolean());
        Assert.Equal(["LOGIN-1"], app.Guacamole.Revoked);
        Assert.DoesNotContain(app.Guacamole.Calls, call => call.Path.Contains("LOGIN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        await using var app = new PortalApp();
        var browser = app.Browser();
        await (await browser.PostAsJsonAsync("/api/session", Wrong)).ShouldRefuseAsync(HttpStatusCode.Unauthorized);
        await (await browser.GetAsync("/api/session")).ShouldRefuseAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task After_ten_wrong_passwords_an_address_waits_and_no_other_does()
    {
        await using var app = new PortalApp();
        var browser = app.Browser();
        for (var attempt = 0; attempt < 10; attempt++)
            await (await browser.PostAsJsonAsync("/api/session", Wrong)).ShouldRefuseAsync(HttpStatusCode.Unauthorized);

        var refused = await browser.PostAsJsonAsync("/api/session", Right);
        await refused.ShouldRefuseAsync(HttpStatusCode.TooManyRequests);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        await (await app.Browser("192.0.2.2").PostAsJsonAsync("/api/session", Right)).JsonAsync();

        app.Time.Advance(TimeSpan.FromMinutes(1));
        await (await browser.PostAsJsonAsync("/api/session", Right)).JsonAsync();
    }

    [Theory]
    [InlineData("203.0.113.9", null, "203.0.113.9")]
    [InlineData("::ffff:203.0.113.9", null, "203.0.113.9")]
    [InlineData("2001:db8::1:2", null, "2001:db8::1:2")]
    [InlineData("172.17.0.2", "198.51.100.7", "198.51.100.7")]
    // What a visitor says of himself is no more believed by Guacamole than here.
    [InlineData("203.0.113.9", "198.51.100.7", "203.0.113.9")]
    public async Task Guacamole_is_told_whose_sign_in_it_is(string peer, string? forwarded, string told)
    {
        await using var app = new PortalApp();
        var browser = app.Browser(peer);
        if (forwarded is not null)
            browser.DefaultRequestHeaders.Add("X-Forwarded-For", forwarded);
        await (await browser.PostAsJsonAsync("/api/session", Wrong)).ShouldRefuseAsync(HttpStatusCode.Unauthorized);
        var call = Assert.Single(app.Guacamole.Calls, call => call.Method == "POST");
        Assert.Equal(told, call.Headers["X-Forwarded-For"]);
    }

    [Fact]
    public async Task Right_passwords_do_not_use_up_the_attempts()
    {
        await using var app = new PortalApp();
        for (var attempt = 0; attempt < 15; attempt++)
            await (await app.Browser().PostAsJsonAsync("/api/session", Right)).JsonAsync();
    }

    [Fact]
    public async Task A_Guacamole_that_is_down_is_said_in_words_and_costs_no_attempt()
    {
        await using var app = new PortalApp();
        var browser = app.Browser();
        app.Guacamole.Down = true;
        for (var attempt = 0; attempt < 12; attempt++)
        {
            var response = await browser.PostAsJsonAsync("/api/session", Right);
            await response.ShouldRefuseAsync(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        app.Guacamole.Down = false;
        await (await browser.PostAsJsonAsync("/api/session", Right)).JsonAsync();
    }

    [Fact]
    public async Task A_guest_who_signs_out_leaves_nothing_behind()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var guest = await PortalApp.UsernameAsync(browser);
        var desktop = app.Provisioner.Add(guest);
        await browser.PostAsync($"/api/desktops/{desktop.Id}/ticket");
        app.Guacamole.Tunnels[$"TOKEN-{desktop.Id}"] = true;

        var response = await browser.DeleteAsync("/api/session");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        await (await browser.GetAsync("/api/session")).ShouldRefuseAsync(HttpStatusCode.Unauthorized);
        Assert.True(app.Provisioner.WasCalled("DELETE", $"/desktops/{desktop.Id}?discard=true"));
        Assert.True(app.Provisioner.WasCalled("DELETE", $"/guests/{guest}"));
        Assert.Contains($"TOKEN-{desktop.Id}", app.Guacamole.Revoked);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(app.Data, "sessions")));
    }

    [Fact]
    public async Task An_account_that_signs_out_keeps_its_desktops()
    {
        await using var app = new PortalApp();
        var browser = app.Browser();
        await browser.PostAsJsonAsync("/api/session", Right);
        var desktop = app.Provisioner.Add("ada");

        await browser.DeleteAsync("/api/session");

        Assert.False(app.Provisioner.WasCalled("DELETE", $"/desktops/{desktop.Id}"));
    }

    [Fact]
    public async Task A_key_from_before_the_sign_out_opens_nothing()
    {
        await using var app = new PortalApp();
        var browser = app.Browser();
        var signIn = await browser.PostAsync("/api/session/guest");
        var cookie = Assert.Single(signIn.Headers.GetValues("Set-Cookie")).Split(';')[0];
        await browser.DeleteAsync("/api/session");

        var thief = app.Browser();
        thief.DefaultRequestHeaders.Add("Cookie", cookie);
        await (await thief.GetAsync("/api/session")).ShouldRefuseAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task What_could_not_be_cleaned_up_is_cleaned_up_later()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var guest = await PortalApp.UsernameAsync(browser);
        app.Provisioner.Down = true;
        await browser.DeleteAsync("/api/session");
        await (await browser.GetAsync("/api/session")).ShouldRefuseAsync(HttpStatusCode.Unauthorized);

        app.Provisioner.Down = false;
        await Eventually.TrueAsync(app.Time, TimeSpan.FromMinutes(1), () => app.Provisioner.WasCalled("DELETE", $"/guests/{guest}"));
    }

    [Fact]
    public async Task What_an_earlier_process_has_left_half_cleaned_up_goes_with_the_next_start()
    {
        await using var first = new PortalApp { KeepData = true };
        var browser = await first.GuestAsync();
        var guest = await PortalApp.UsernameAsync(browser);
        first.Provisioner.Down = true;
        await browser.DeleteAsync("/api/session");

        await using var second = new PortalApp(first.Data);
        Assert.NotNull(second.Server);
        await Eventually.TrueAsync(() => second.Provisioner.WasCalled("DELETE", $"/guests/{guest}"));
    }

    [Fact]
    public async Task An_idle_guest_is_removed()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var guest = await PortalApp.UsernameAsync(browser);

        app.Time.Advance(TimeSpan.FromHours(13));

        await (await browser.GetAsync("/api/session")).ShouldRefuseAsync(HttpStatusCode.Unauthorized);
        await Eventually.TrueAsync(app.Time, TimeSpan.FromMinutes(1), () => app.Provisioner.WasCalled("DELETE", $"/guests/{guest}"));
    }

    [Fact]
    public async Task After_a_sleep_nobody_is_judged_before_a_page_had_time_to_call()
    {
        await using var app = new PortalApp { OwnRounds = [typeof(SessionSweeper)] };
        var (open, closed) = (await app.GuestAsync(), await app.GuestAsync());
        var (guest, gone) = (await PortalApp.UsernameAsync(open), await PortalApp.UsernameAsync(closed));
        var sweeper = app.Services.GetRequiredService<SessionSweeper>();
        app.Time.Advance(TimeSpan.FromHours(13));
        await sweeper.RunOnceAsync(TestContext.Current.CancellationToken);
        // A page that was open goes on following its desktop.
        var sessions = app.Services.GetRequiredService<SessionStore>();
        Assert.True(sessions.Touch(sessions.Finished().Single(session => session.Username == guest)));
        for (var passed = 0; passed < 2; passed++)
        {
            Assert.DoesNotContain(app.Provisioner.Calls, call => call.Method == "DELETE");
            app.Time.Advance(TimeSpan.FromMinutes(1));
            await sweeper.RunOnceAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(app.Provisioner.WasCalled("DELETE", $"/guests/{gone}"));
        Assert.False(app.Provisioner.WasCalled("DELETE", $"/guests/{guest}"));
    }

    [Fact]
    public async Task A_guest_whose_session_goes_on_keeps_the_account()
    {
        await using var app = new PortalApp();
        var browser = await app.GuestAsync();
        var guest = await PortalApp.UsernameAsync(browser);
        await Eventually.TrueAsync(app.Time, TimeSpan.FromHours(1), () => app.Provisioner.WasCalled("PUT", $"/guests/{guest}"));
    }

    [Fact]
    public async Task A_restart_of_the_portal_signs_nobody_out()
    {
        var first = new PortalApp { KeepData = true };
        var signIn = await first.Browser().PostAsync("/api/session/guest");
        var cookie = Assert.Single(signIn.Headers.GetValues("Set-Cookie")).Split(';')[0];
        await first.DisposeAsync();

        await using var second = new PortalApp(first.Data);
        var browser = second.Browser();
        browser.DefaultRequestHeaders.Add("Cookie", cookie);
        Assert.StartsWith("guest-", await PortalApp.UsernameAsync(browser), StringComparison.Ordinal);
    }
}
