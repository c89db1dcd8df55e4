using GuacAspire.Contracts;
using GuacAspire.Provisioner.Culling;
using GuacAspire.Provisioner.Guacamole;
using GuacAspire.Provisioner.Launching;
using Microsoft.Extensions.DependencyInjection;

namespace GuacAspire.Tests.Unit.Provisioner;

/// <summary>What a house costs in which nobody does anything, and that nothing is missed in it for that.</summary>
public class QuietHouseTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Quarter = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public async Task A_quiet_minute_asks_Guacamole_as_often_for_a_thousand_desktops_as_for_ten_and_each_agent_once(int desktops)
    {
        await using var house = await House.OpenAsync(desktops);
        // Four rounds: connections and users, users and who is connected, and the rights of a few.
        Assert.Equal((4 * (4 + EntryRights.InTurn), desktops), await house.CountAsync(Minute));
    }

    [Fact]
    public async Task A_house_of_the_usual_size_has_every_right_looked_at_each_time()
    {
        await using var house = await House.OpenAsync(EntryRights.InTurn);
        for (var round = 0; round < 3; round++)
        {
            house.Host.Guacamole.Grants.Remove($"desktop-{house.Desktops[round]}", out _);
            await house.PassAsync(Quarter);
            Assert.Equal(EntryRights.InTurn, house.Host.Guacamole.Grants.Count);
        }
    }

    [Fact]
    public async Task What_Guacamole_has_lost_of_one_is_found_in_turn_and_then_sought_with_all_others_at_once()
    {
        await using var house = await House.OpenAsync(10 * EntryRights.InTurn);
        house.Host.Guacamole.Grants.Clear();
        await house.PassAsync(Quarter);
        Assert.Equal(house.Desktops.Count, house.Host.Guacamole.Grants.Count);

        house.Host.Guacamole.Grants.Remove($"desktop-{house.Desktops[17]}", out _);
        await house.PassAsync(10 * Quarter);
        Assert.Equal(house.Desktops.Count, house.Host.Guacamole.Grants.Count);
    }

    [Theory]
    [InlineData("connection")]
    [InlineData("user")]
    [InlineData("away")]
    public async Task A_sign_that_Guacamole_has_lost_something_has_all_rights_looked_at(string sign)
    {
        await using var house = await House.OpenAsync(10 * EntryRights.InTurn);
        var guacamole = house.Host.Guacamole;
        // Those of whom it is not the turn.
        foreach (var id in house.Desktops.Skip(1).Where(id => guacamole.Grants.Count > 1))
            guacamole.Grants.Remove($"desktop-{id}", out _);
        guacamole.IsDown = sign == "away";
        if (sign == "connection")
            guacamole.Connections.Remove("0", out _);
        if (sign == "user")
            guacamole.Users.Remove($"desktop-{house.Desktops[0]}", out _);
        await house.PassAsync(Quarter);
        guacamole.IsDown = false;
        await house.PassAsync(Quarter);
        Assert.Equal(house.Desktops.Count, guacamole.Grants.Count);
    }

    [Fact]
    public async Task Whoever_is_about_to_come_in_finds_the_desktop_in_order_at_the_next_look()
    {
        await using var house = await House.OpenAsync(10 * EntryRights.InTurn);
        for (var number = 0; number < house.Desktops.Count; number += EntryRights.InTurn)
        {
            house.Host.Guacamole.Grants.Remove($"desktop-{house.Desktops[number]}", out _);
            await TicketAsync(house, number);
            await house.PassAsync(Quarter);
            Assert.Equal(house.Desktops.Count, house.Host.Guacamole.Grants.Count);
        }
    }

    [Fact]
    public async Task What_changes_where_nobody_is_connected_is_saved_before_it_is_as_old_as_work_may_become()
    {
        await using var house = await House.OpenAsync(1);
        house.Host.Agents.Unsaved = true;
        await house.PassAsync(Minute + House.Tick);
        Assert.Equal(1, house.Host.Agents.Saves);
    }

    [Theory]
    [InlineData("ticket")]
    [InlineData("connected")]
    [InlineData("unknown")]
    [InlineData("touched")]
    public async Task Where_somebody_is_or_may_be_work_is_looked_for_at_every_tick(string how)
    {
        await using var house = await House.OpenAsync(1);
        if (how == "ticket")
            await TicketAsync(house, 0);
        house.Host.Agents.LastInput = how == "touched" ? 10 : null;
        house.Host.Guacamole.IsDown = how == "unknown";
        if (how == "connected")
            house.Host.Guacamole.Watched["0"] = true;
        // Until somebody has looked who is there.
        await house.PassAsync(how == "touched" ? Minute : Quarter);
        house.Host.Agents.Unsaved = true;
        await house.PassAsync(House.Tick);
        Assert.Equal(1, house.Host.Agents.Saves);
    }

    [Fact]
    public async Task What_is_not_well_is_asked_at_every_look()
    {
        await using var house = await House.OpenAsync(1);
        house.Host.Agents.Busy = true;
        await house.PassAsync(Minute);
        // Three ticks of who saves, and one round each of who looks after it and of who sees whether it is used.
        Assert.Equal(5, (await house.CountAsync(Quarter)).Agents);
    }

    [Fact]
    public async Task Nobody_is_warned_of_an_end_for_what_was_heard_a_while_ago()
    {
        await using var house = await House.OpenAsync(1);
        var desktop = house.Find(0);
        var start = desktop.Current.CreatedAt;
        while (desktop.Current.Warning is null)
            await house.PassAsync(House.Tick);
        Assert.Equal(CullReason.Idle, desktop.Current.Warning);
        Assert.InRange(house.Time.GetUtcNow(), start.AddMinutes(25), start.AddMinutes(25) + Quarter);
        // Any touch takes it away at the next look.
        house.Host.Agents.LastInput = 200;
        await house.PassAsync(Quarter);
        Assert.Null(desktop.Current.Warning);
        Assert.Equal(DesktopState.Ready, desktop.Current.State);
    }

    [Fact]
    public async Task A_touch_that_nobody_has_heard_of_yet_keeps_the_warning_from_coming()
    {
        await using var house = await House.OpenAsync(1);
        await house.PassAsync(TimeSpan.FromMinutes(19));
        await house.PassAsync(House.Tick * 9);
        // Heard of less than a minute ago, and due to be warned within it.
        house.Host.Agents.LastInput = 61;
        await house.PassAsync(Minute);
        Assert.Null(house.Find(0).Current.Warning);
    }

    [Fact]
    public async Task A_Blender_that_has_lost_its_mesh_where_nobody_works_is_given_it_back()
    {
        await using var house = await House.OpenAsync(1);
        await house.Host.Services.GetRequiredService<LaunchFiles>().WriteAsync(
            house.Desktops[0], new MemoryStream([1, 2, 3]), null, Cancellation);
        house.Host.Agents.Showing.Clear();
        var passing = house.PassAsync(Minute + Quarter);
        // Whoever finds it empty looks once more after a moment.
        await Eventually.TrueAsync(house.Time, TimeSpan.FromSeconds(1), () => passing.IsCompleted);
        await house.Host.SettleAsync();
        Assert.Single(house.Host.Agents.Opened);
    }

    private static async Task TicketAsync(House house, int number) =>
        (await house.Host.Http.PostAsync(Of(house.Desktops[number], "/ticket"), null, Cancellation)).EnsureSuccessStatusCode();

    private static Uri Of(string id, string rest) => new($"/desktops/{id}{rest}", UriKind.Relative);
}
