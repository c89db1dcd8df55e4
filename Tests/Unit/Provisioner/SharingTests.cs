using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GuacAspire.Contracts;
using GuacAspire.Provisioner.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static GuacAspire.Tests.Unit.Provisioner.ShareCalls;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>Links by which others than its owner come to a desktop.</summary>
public sealed class SharingTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_waits_for_its_owner_and_then_leads_to_what_the_owner_sees()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        Assert.Empty(host.Guacamole.Profiles);
        var link = await CreateAsync(host, desktop);
        var waiting = await RedeemAsync(host, link.Secret);
        Assert.Equal(("anna", "cube", ShareMode.View, null), (waiting.Owner, waiting.Mesh, waiting.Mode, waiting.Ticket));
        host.Guacamole.Open("operator", "guacadmin", start: 9);
        Assert.Null((await RedeemAsync(host, link.Secret)).Ticket);

        host.Guacamole.Open("old", $"desktop-{desktop.Id}", start: 1);
        host.Guacamole.Open("new", $"DESKTOP-{desktop.Id}", start: 2);
        var ticket = (await RedeemAsync(host, link.Secret)).Ticket!;
        Assert.Equal(("mysql-shared", "c"), (ticket.DataSource, ticket.Type));
        Assert.Equal("new", host.Guacamole.Visits[ticket.Token]);
        Assert.Equal(0, Assert.Single(await ListAsync(host, desktop)).Viewers);
        host.Guacamole.Tunnels[ticket.Token] = true;
        Assert.Equal(1, Assert.Single(await ListAsync(host, desktop)).Viewers);
    }

    [Theory]
    [InlineData(ShareMode.View, "read-only")]
    [InlineData(ShareMode.Control, "disable-display-resize")]
    public async Task What_a_link_allows_stands_in_Guacamole_whoever_has_been_there_before(ShareMode mode, string parameter)
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        host.Guacamole.Profiles["before"] = new JsonObject
        {
            ["name"] = mode.ToString().ToLowerInvariant(),
            ["primaryConnectionIdentifier"] = host.Guacamole.Connections.Keys.Single(),
        };
        var link = await CreateAsync(host, desktop, mode);
        Assert.Equal("true", (string?)Assert.Single(host.Guacamole.Profiles).Value["parameters"]![parameter]);

        host.Guacamole.Profiles.Clear();
        host.Guacamole.Open("line", $"desktop-{desktop.Id}");
        Assert.NotNull((await RedeemAsync(host, link.Secret)).Ticket);
        Assert.Equal("true", (string?)Assert.Single(host.Guacamole.Profiles).Value["parameters"]![parameter]);
    }

    [Fact]
    public async Task An_account_that_sees_no_names_finds_the_owner_and_one_that_may_not_share_says_so()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        var link = await CreateAsync(host, desktop);
        host.Guacamole.Open("onlooker", null, start: 2);
        host.Guacamole.Open("owner", null, start: 1);
        Assert.Equal("owner", host.Guacamole.Visits[(await RedeemAsync(host, link.Secret)).Ticket!.Token]);

        host.Guacamole.RefusesProfiles = true;
        using var refused = await PostAsync(host, desktop, new(ShareMode.Control, 60));
        var problem = await refused.Content.ReadFromJsonAsync<JsonNode>(Cancellation);
        Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        Assert.Contains("CREATE_SHARING_PROFILE", (string?)problem!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_is_revoked_ends_its_visits_and_no_others_and_is_like_one_that_never_was()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        var (revoked, kept) = (await CreateAsync(host, desktop), await CreateAsync(host, desktop));
        host.Guacamole.Open("line", $"desktop-{desktop.Id}");
        var first = (await RedeemAsync(host, revoked.Secret)).Ticket!.Token;
        var second = (await RedeemAsync(host, kept.Secret)).Ticket!.Token;

        Assert.Equal(HttpStatusCode.NoContent, await RevokeAsync(host, desktop, revoked));
        Assert.Equal([second], host.Guacamole.Visits.Keys);
        Assert.NotEqual(first, second);
        Assert.Equal(await DeadAsync(host, "never"), await DeadAsync(host, revoked.Secret));
        Assert.Equal(HttpStatusCode.NotFound, await RevokeAsync(host, desktop, revoked));
        Assert.Equal(kept.Share.Id, Assert.Single(await ListAsync(host, desktop)).Id);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Who_kept_the_key_of_a_visit_is_out_as_well_when_its_link_is_revoked(bool takesKeysBack, bool hasLeft)
    {
        await using var host = NewHost();
        host.Guacamole.TakesKeysBack = takesKeysBack;
        var desktop = await host.LaunchReadyAsync();
        var (link, unused) = (await CreateAsync(host, desktop), await CreateAsync(host, desktop));
        host.Guacamole.Open("line", $"desktop-{desktop.Id}");
        // Guacamole calls a shared connection as its key, so whoever is shown one can sign in by it as often as he likes.
        var key = (await RedeemAsync(host, link.Secret)).Ticket!.Connection;
        if (hasLeft)
            await RoundAsync(host, TimeSpan.FromMinutes(3));
        Assert.Equal(HttpStatusCode.NoContent, await RevokeAsync(host, desktop, unused));
        // Nobody who merely leaves ends the owner's picture.
        Assert.Equal(["line"], host.Guacamole.Lines.Keys);
        Assert.Equal(!(takesKeysBack && hasLeft), host.Guacamole.IsGood(key));

        Assert.Equal(HttpStatusCode.NoContent, await RevokeAsync(host, desktop, link));
        Assert.False(host.Guacamole.IsGood(key));
        Assert.Equal(takesKeysBack, host.Guacamole.Lines.ContainsKey("line"));
    }

    [Fact]
    public async Task Time_ends_a_link_and_its_visits_and_what_came_to_nothing_is_let_go()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        var link = await CreateAsync(host, desktop);
        host.Guacamole.Open("line", $"desktop-{desktop.Id}");
        var stays = (await RedeemAsync(host, link.Secret)).Ticket!.Token;
        host.Guacamole.Tunnels[stays] = true;
        await RedeemAsync(host, link.Secret);

        await RoundAsync(host, TimeSpan.FromMinutes(1));
        Assert.Equal(2, host.Guacamole.Visits.Count);
        await RoundAsync(host, TimeSpan.FromMinutes(2));
        Assert.Equal([stays], host.Guacamole.Visits.Keys);
        await RoundAsync(host, TimeSpan.FromMinutes(57));
        Assert.Empty(host.Guacamole.Visits);
        Assert.Empty(await ListAsync(host, desktop));
        await DeadAsync(host, link.Secret);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Trouble.NoDatabase)]
    [InlineData(Trouble.InternalError)]
    public async Task Guacamole_or_its_database_may_be_away_when_a_link_is_revoked(object? trouble)
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        var link = await CreateAsync(host, desktop);
        host.Guacamole.Open("line", $"desktop-{desktop.Id}");
        await RedeemAsync(host, link.Secret);
        if (trouble is null)
            host.Guacamole.IsDown = true;
        else
            host.Guacamole.TroubleWith = _ => (Trouble)trouble;
        Assert.Equal(HttpStatusCode.NoContent, await RevokeAsync(host, desktop, link));
        await DeadAsync(host, link.Secret);
        Assert.Single(host.Services.GetRequiredService<ShareStore>().All);
        (host.Guacamole.IsDown, host.Guacamole.TroubleWith) = (false, _ => null);
        await RoundAsync(host, TimeSpan.FromSeconds(1));
        Assert.Empty(host.Guacamole.Visits);
        Assert.Empty(host.Services.GetRequiredService<ShareStore>().All);
    }

    [Fact]
    public async Task A_desktop_that_stops_takes_its_links_along()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        var link = await CreateAsync(host, desktop);
        host.Guacamole.Open("line", $"desktop-{desktop.Id}");
        await RedeemAsync(host, link.Secret);
        await host.Http.DeleteAsync(new Uri($"/desktops/{desktop.Id}", UriKind.Relative), Cancellation);
        await host.WaitAsync(desktop.Id, DesktopState.Stopped);
        Assert.Empty(host.Guacamole.Visits);
        Assert.Empty(host.Services.GetRequiredService<ShareStore>().All);
        await DeadAsync(host, link.Secret);
    }

    [Fact]
    public async Task There_are_only_so_many_links_and_viewers_and_hours()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        foreach (var minutes in new[] { 0, -1, 1441, double.MaxValue })
        {
            using var refused = await PostAsync(host, desktop, new(ShareMode.View, minutes));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        var link = await CreateAsync(host, desktop);
        for (var links = 1; links < ShareLinks.MaxPerDesktop; links++)
            await CreateAsync(host, desktop);
        using var tooMany = await PostAsync(host, desktop, new(ShareMode.View, 60));
        Assert.Equal(HttpStatusCode.Conflict, tooMany.StatusCode);

        host.Guacamole.Open("line", $"desktop-{desktop.Id}");
        for (var viewers = 0; viewers < ShareLinks.MaxViewers; viewers++)
            host.Guacamole.Tunnels[(await RedeemAsync(host, link.Secret)).Ticket!.Token] = true;
        using var full = await PostRedemptionAsync(host, link.Secret);
        Assert.Equal((HttpStatusCode.TooManyRequests, true), (full.StatusCode, full.Headers.RetryAfter is not null));
        host.Guacamole.Tunnels.TryRemove(host.Guacamole.Tunnels.Keys.First(), out _);
        Assert.NotNull((await RedeemAsync(host, link.Secret)).Ticket);
    }

    [Fact]
    public async Task Who_comes_too_late_ends_nobody_who_is_just_arriving()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        var link = await CreateAsync(host, desktop);
        host.Guacamole.Open("line", $"desktop-{desktop.Id}");
        List<string> arriving = [];
        for (var viewers = 0; viewers < ShareLinks.MaxViewers; viewers++)
            arriving.Add((await RedeemAsync(host, link.Secret)).Ticket!.Token);
        for (var late = 0; late < 3; late++)
        {
            using var full = await PostRedemptionAsync(host, link.Secret);
            Assert.Equal(HttpStatusCode.TooManyRequests, full.StatusCode);
        }

        Assert.Equal(arriving.Order(), host.Guacamole.Visits.Keys.Order());
        foreach (var token in arriving.Skip(1))
            host.Guacamole.Tunnels[token] = true;
        // Who has not come by the time its ticket expires makes room.
        _time.Advance(TimeSpan.FromHours(0.5));
        Assert.NotNull((await RedeemAsync(host, link.Secret)).Ticket);
        Assert.DoesNotContain(arriving[0], host.Guacamole.Visits.Keys);
        Assert.Subset(host.Guacamole.Visits.Keys.ToHashSet(), arriving.Skip(1).ToHashSet());
    }

    [Fact]
    public async Task Who_comes_in_the_same_moment_is_counted_as_well()
    {
        await using var host = NewHost();
        var desktop = await host.LaunchReadyAsync();
        var link = await CreateAsync(host, desktop);
        host.Guacamole.Open("line", $"desktop-{desktop.Id}");
        var answers = await Task.WhenAll(Enumerable.Range(0, 2 * ShareLinks.MaxViewers).Select(_ => PostRedemptionAsync(host, link.Secret)));
        Assert.InRange(Assert.Single(host.Services.GetRequiredService<ShareStore>().All).Viewers.Count, 1, ShareLinks.MaxViewers);
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests));
    }

    private async Task RoundAsync(ProvisionerHost host, TimeSpan later)
    {
        _time.Advance(later);
        await host.Services.GetRequiredService<ShareKeeper>().RunOnceAsync(Cancellation);
    }

    private ProvisionerHost NewHost() => new() { Time = _time, OwnRounds = [typeof(ShareKeeper)], Options = { ["IdleTimeout"] = "00:00:00" } };
}
